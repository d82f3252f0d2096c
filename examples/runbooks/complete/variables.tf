variable "whmcs_ip_addresses" {
  description = "IP addresses of the WHMCS server. Only these addresses can use the key."
  type        = set(string)
}

variable "dcim" {
  description = "Address of the DCIM for WHMCS. Port 0 is the default of the module, 443 with TLS."
  type = object({
    hostname   = string
    ip_address = string
    secure     = optional(bool, true)
    port       = optional(number, 0)
  })
}

variable "platform" {
  description = "Name of the DCIM platform. Usernames in the DCIM start with it."
  type        = string
  default     = "mumbai"
}

variable "panel_url" {
  description = "URL of the web interface of the SolusVM 2 panel, as WHMCS reaches it."
  type        = string
}

variable "token_prices" {
  description = "Price of one SolusVM 2 token by currency code: decimals with up to four places."
  type        = map(string)
}

variable "terms_url" {
  description = "URL of the terms and conditions of post-pay, or empty."
  type        = string
  default     = ""
}

variable "landing_page" {
  description = "Content of the landing page template. Null keeps the template of the addon."
  type        = string
  default     = null
}

variable "deactivate_on_destroy" {
  description = "Whether a destroy deactivates the SolusVM 2 addon. This deletes its settings."
  type        = bool
  default     = false
}
