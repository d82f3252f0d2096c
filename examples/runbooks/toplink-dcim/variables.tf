variable "whmcs_ip_addresses" {
  description = "IP addresses of the WHMCS server. Only these addresses can use the key."
  type        = set(string)

  validation {
    condition     = length(var.whmcs_ip_addresses) > 0
    error_message = "The list must not be empty. Without addresses, every address can use the key."
  }
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
