resource "hosting_solusvm2_landing_page" "example" {
  content = <<-EOT
    <h1>Cloud servers, billed by use</h1>
    <p>Sign in, start a server, pay at the end of the month.</p>
  EOT
}
