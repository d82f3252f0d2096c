variable "panel_url" {
  description = "URL of the web interface of the SolusVM 2 panel, as WHMCS reaches it."
  type        = string
}

variable "admin_role_names" {
  description = "Administrator role groups of WHMCS that can use the addon."
  type        = set(string)
  default     = ["Full Administrator"]
}

variable "token_prices" {
  description = "Price of one token by currency code: decimals with up to four places. Every active currency of WHMCS needs a price."
  type        = map(string)

  validation {
    condition     = alltrue([for price in values(var.token_prices) : can(regex("^[0-9]+([.][0-9]{1,4})?$", price)) && can(tonumber(price)) && tonumber(price) > 0])
    error_message = "A token price is a positive decimal with up to four places, such as \"0.0125\"."
  }
}

variable "new_user_limits" {
  description = "Limits of a new post-pay customer. Null means no limit."
  type = object({
    servers         = optional(number)
    running_servers = optional(number)
    additional_ips  = optional(number)
  })
  default = { servers = 5, running_servers = 5, additional_ips = 2 }
}

variable "terms_url" {
  description = "URL of the terms and conditions of post-pay, or empty."
  type        = string
  default     = ""
}

variable "overdue_days" {
  description = "Days until a new invoice is overdue, and days after the due date until a user is locked and suspended."
  type = object({
    invoice_grace = optional(number, 7)
    lock          = optional(number, 3)
    suspend       = optional(number, 10)
  })
  default = {}

  validation {
    condition     = var.overdue_days.lock <= var.overdue_days.suspend
    error_message = "Users must be locked before they are suspended, or on the same day."
  }
}

variable "landing_page" {
  description = "Content of the landing page template, usually file(\"landing-page.tpl\"). Null keeps the template of the addon."
  type        = string
  default     = null
}

variable "reconnect_on" {
  description = "Any text. A new text connects WHMCS and the panel again."
  type        = string
  default     = ""
}

variable "deactivate_on_destroy" {
  description = "Whether a destroy deactivates the addon. This deletes its settings."
  type        = bool
  default     = false
}
