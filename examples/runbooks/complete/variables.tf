variable "whmcs_ip_addresses" {
  description = "Addresses from which WHMCS calls the DCIM. No other address may use its key."
  type        = set(string)
}

variable "dcim" {
  description = "How WHMCS reaches the DCIM. Port 0 is the module's own default, 443 with SSL."
  type = object({
    hostname   = string
    ip_address = string
    secure     = optional(bool, true)
    port       = optional(number, 0)
  })
}

variable "platform" {
  description = "Name of the DCIM platform. User names in the DCIM start with it."
  type        = string
  default     = "mumbai"
}

variable "panel_url" {
  description = "URL of the SolusVM 2 panel's web interface, as WHMCS reaches it."
  type        = string
}

variable "token_prices" {
  description = "What one token of SolusVM 2 costs, by currency code: exact decimals with up to four places."
  type        = map(string)
}

variable "terms_url" {
  description = "Terms and conditions of post-pay: an absolute URL, or empty for none."
  type        = string
  default     = ""
}

variable "landing_page" {
  description = "Content of the landing page's template; null leaves the addon's own."
  type        = string
  default     = null
}

variable "deactivate_on_destroy" {
  description = "Whether a destroy deactivates the SolusVM 2 addon, with the loss of its settings."
  type        = bool
  default     = false
}
