package acctest

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
)

// Check runs a check with the id of a resource.
func Check(address string, check func(id string) error) resource.TestCheckFunc {
	return func(state *terraform.State) error {
		rs, ok := state.RootModule().Resources[address]
		if !ok {
			return fmt.Errorf("%s is not in state", address)
		}
		return check(rs.Primary.ID)
	}
}

// SaveID remembers the id of a resource.
func SaveID(address string, id *string) resource.TestCheckFunc {
	return Check(address, func(found string) error {
		*id = found
		return nil
	})
}

// Column checks what WHMCS stores of a resource.
func Column(t testing.TB, whmcs WHMCS, address, table, column, want string) resource.TestCheckFunc {
	return Check(address, func(id string) error {
		row := whmcs.Row(t, table, id)
		if row == nil {
			return fmt.Errorf("%s has no row %s", table, id)
		}
		if row[column] != want {
			return fmt.Errorf("%s.%s of row %s is %q, want %q", table, column, id, row[column], want)
		}
		return nil
	})
}

// Gone checks that every resource of the given types has left WHMCS.
func Gone(t testing.TB, whmcs WHMCS, table string, id *string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if *id == "" {
			return fmt.Errorf("the test never saw an id in %s", table)
		}
		if row := whmcs.Row(t, table, *id); row != nil {
			return fmt.Errorf("row %s is left in %s", *id, table)
		}
		return nil
	}
}

// Plan is shorthand for the planned action of one resource.
func Plan(address string, action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}}
}

// EmptyPlan asserts that nothing is to be done.
func EmptyPlan() resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
}
