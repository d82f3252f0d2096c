module github.com/hosting-iac/terraform-provider-hosting

go 1.26
