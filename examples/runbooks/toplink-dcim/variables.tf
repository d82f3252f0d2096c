variable "whmcs_ip_addresses" {
  description = "Addresses from which WHMCS calls the DCIM. No other address may use its key."
  type        = set(string)

  validation {
    condition     = length(var.whmcs_ip_addresses) > 0
    error_message = "With no address the DCIM would accept calls from everywhere."
  }
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
