resource "hosting_whmcs_server" "dcim" {
  name     = "TopLink DCIM"
  module   = "toplink_dcim"
  hostname = "dcim.example.com"

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.hosting_whmcs_test_connection.dcim]
    }
  }
}

action "hosting_whmcs_test_connection" "dcim" {
  config {
    server_id = hosting_whmcs_server.dcim.id
  }
}

# To run it: terraform apply -invoke=action.hosting_whmcs_test_connection.server_3
action "hosting_whmcs_test_connection" "server_3" {
  config {
    server_id = "3"
  }
}
