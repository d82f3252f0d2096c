package resourcekit

import "sync"

// Run holds facts that the objects of one run share. Terraform plans an object after the objects that it refers to. The
// zero value is ready for use.
type Run struct {
	facts sync.Map

	mu           sync.Mutex
	priceChanges map[string]int64 // by object
}

// PlanPriceChanges notes how many prices the planned write of an object changes. It returns the number for all objects
// so far. Terraform may plan an object more than once.
func (r *Run) PlanPriceChanges(object string, planned int64) (total int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.priceChanges == nil {
		r.priceChanges = map[string]int64{}
	}
	r.priceChanges[object] = planned
	for _, changes := range r.priceChanges {
		total += changes
	}
	return total
}

// PlansPackage notes that the plan creates or renames a package of the DCIM.
func (r *Run) PlansPackage(name string) { r.facts.Store([2]string{"package", name}, true) }

// HasPackage reports whether the plan creates or renames a package to this name.
func (r *Run) HasPackage(name string) bool { return r.has([2]string{"package", name}) }

// ServesModule notes that a server group of WHMCS has a server of a module.
func (r *Run) ServesModule(group, module string) { r.facts.Store([2]string{group, module}, true) }

// IsServed reports whether ServesModule noted this.
func (r *Run) IsServed(group, module string) bool { return r.has([2]string{group, module}) }

func (r *Run) has(fact [2]string) bool {
	_, known := r.facts.Load(fact)
	return known
}
