variable "panel_url" {
  description = "URL of the SolusVM 2 panel's web interface, as WHMCS reaches it."
  type        = string
}

variable "admin_role_names" {
  description = "Administrator role groups of WHMCS that may use the addon."
  type        = set(string)
  default     = ["Full Administrator"]
}

variable "token_prices" {
  description = "What one token costs, by currency code: exact decimals with up to four places. Every active currency of WHMCS needs one."
  type        = map(string)

  validation {
    condition     = alltrue([for price in values(var.token_prices) : can(regex("^[0-9]+([.][0-9]{1,4})?$", price)) && can(tonumber(price)) && tonumber(price) > 0])
    error_message = "A token price is a positive decimal with up to four places, such as \"0.0125\"."
  }
}

variable "new_user_limits" {
  description = "What a new post-pay customer may have at most; null is without limit."
  type = object({
    servers         = optional(number)
    running_servers = optional(number)
    additional_ips  = optional(number)
  })
  default = { servers = 5, running_servers = 5, additional_ips = 2 }
}

variable "terms_url" {
  description = "Terms and conditions of post-pay: an absolute URL, or empty for none."
  type        = string
  default     = ""
}

variable "overdue_days" {
  description = "Days: before a created invoice counts as overdue, and after the due date before a user is locked and suspended."
  type = object({
    invoice_grace = optional(number, 7)
    lock          = optional(number, 3)
    suspend       = optional(number, 10)
  })
  default = {}

  validation {
    condition     = var.overdue_days.lock <= var.overdue_days.suspend
    error_message = "Locking is the milder measure: it comes no later than suspension."
  }
}

variable "landing_page" {
  description = "Content of the landing page's template, usually file(\"landing-page.tpl\"); null leaves the addon's own."
  type        = string
  default     = null
}

variable "reconnect_on" {
  description = "Any text; another one connects WHMCS and the panel again."
  type        = string
  default     = ""
}

variable "deactivate_on_destroy" {
  description = "Whether a destroy deactivates the addon, with the loss of its settings."
  type        = bool
  default     = false
}
