module capabilities

/*
 * Capabilities on the level of what may follow what: retype, copy, mint, move, delete and revoke on a derivation tree, each as one
 * step. Memory is a handful of units, an object a set of them, a slot of a CNode an atom. A tree stands here for the kernel's list
 * in pre-order: who is whose parent is set when a capability is made, and kept by the rules below, never looked up in memory.
 *
 * Not here: CNodes as objects (and so zombies), the order of siblings, the points at which a revoke is interrupted.
 */

sig Unit {}

abstract sig Object { region: some Unit }
sig Untyped, Thing extends Object {}

abstract sig Right {}
one sig Read, Write extends Right {}

sig Slot {
  var names: lone Object,
  var rights: set Right,
  var parent: lone Slot,
  var used: set Unit // of an untyped: what was given to objects since it had no child
}
var sig Revocable in Slot {}
var sig Badged in Slot {}
var sig Alive in Object {} // what the kernel takes for existing: from retype to the deletion of what it takes for the last capability

fun full: set Slot { names.Object }
fun children[s: Slot]: set Slot { parent.s }
fun descendants[s: Slot]: set Slot { ^parent.s }
fun siblings[s: Slot]: set Slot { { x: full - s | x.parent = s.parent } }
fun inUse[s: Slot]: set Unit { some children[s] implies s.used else none }

// The kernel's test for the last capability looks at neighbours only.
pred final[s: Slot] { s.names not in (s.parent + children[s] + siblings[s]).names }

pred keepsCapability[s: Slot] {
  s.names' = s.names
  s.rights' = s.rights
  s in Revocable' iff s in Revocable
  s in Badged' iff s in Badged
}
pred keeps[s: Slot] { keepsCapability[s] and s.parent' = s.parent and s.used' = s.used }
pred isEmptied[s: Slot] {
  no s.names' and no s.rights' and no s.parent' and no s.used'
  s not in Revocable' and s not in Badged'
}

pred start {
  one s: Slot {
    full = s
    s.names in Untyped and s.names.region = Unit
    s.rights = Right
    Revocable = s
  }
  no parent and no used and no Badged
  rights.Right = full
  Alive = Slot.names
}

pred retype[s, d: Slot, o: Object] {
  s.names in Untyped and no d.names
  o not in Alive and o.region in s.names.region
  no o.region & inUse[s]
  d.names' = o and d.rights' = Right and d.parent' = s and no d.used'
  d in Revocable' and d not in Badged'
  keepsCapability[s] and s.parent' = s.parent
  s.used' = inUse[s] + o.region
  all x: Slot - s - d | keeps[x]
  Alive' = Alive + o
}

// What copy and mint have in common.
pred derives[s, d: Slot] {
  some s.names and no d.names
  s.names in Untyped implies no children[s]
  d.names' = s.names
  d.rights' in s.rights
  d.parent' = (s in Revocable implies s else s.parent)
  no d.used'
  keepsCapability[s] and s.parent' = s.parent
  s.used' = (s.names in Untyped implies s.names.region else s.used)
  all x: Slot - s - d | keeps[x]
  Alive' = Alive
}
pred copy[s, d: Slot] {
  derives[s, d]
  d in Revocable' iff s.names in Untyped
  d in Badged' iff s in Badged
}
pred mint[s, d: Slot] {
  s.names in Thing and s not in Badged
  derives[s, d]
  d in Revocable' and d in Badged'
}

pred move[s, d: Slot] {
  some s.names and no d.names
  d.names' = s.names and d.rights' = s.rights and d.parent' = s.parent and d.used' = s.used
  d in Revocable' iff s in Revocable
  d in Badged' iff s in Badged
  isEmptied[s]
  all x: Slot - s - d | keepsCapability[x] and x.used' = x.used and x.parent' = (x.parent = s implies d else x.parent)
  Alive' = Alive
}

pred delete[s: Slot] {
  some s.names
  isEmptied[s]
  all x: Slot - s | keepsCapability[x] and x.used' = x.used and x.parent' = (x.parent = s implies s.parent else x.parent)
  Alive' = (final[s] implies Alive - s.names else Alive)
}

pred revoke[s: Slot] {
  some s.names
  all x: descendants[s] | isEmptied[x]
  all x: Slot - descendants[s] | keeps[x]
  Alive' = Alive - (descendants[s].names - s.names)
}

pred nothing { (all s: Slot | keeps[s]) and Alive' = Alive }

fact history {
  start
  always {
    nothing
    or (some s, d: Slot, o: Object | retype[s, d, o])
    or (some s, d: Slot | copy[s, d] or mint[s, d] or move[s, d])
    or (some s: Slot | delete[s] or revoke[s])
  }
}

// Two capabilities to memory that overlaps: one was derived from the other, or they name the same object.
assert NoOverlapUnlessDerived {
  always all disj a, b: full | some a.names.region & b.names.region implies
    a in descendants[b] or b in descendants[a] or a.names = b.names
}
assert TreeIsAcyclic { always no s: Slot | s in s.^parent }
assert TreeHoldsWhatIsFull { always (parent.Slot + Slot.parent in full) }
assert ChildIsWithinItsParent { always all s: full | some s.parent implies s.names.region in s.parent.names.region }
// After a revoke nothing but ancestors names memory of the region, and all of it can be given out anew.
assert RevokeFrees {
  always all s: Slot | s.names in Untyped and revoke[s] implies after (
    no inUse[s] and all x: full - s | some x.names.region & s.names.region implies x in s.^parent)
}
// Whoever gets a capability to an object gets no right that no capability to it had; a capability in its slot gets none either.
assert RightsNeverGrow {
  always all d: Slot | some d.names' and d.names' in Alive implies
    (some s: Slot | s.names = d.names' and d.rights' in s.rights)
  always all d: Slot | some d.names and d.names' = d.names implies d.rights' in d.rights
}
// An object exists exactly as long as there is a capability to it, though the kernel looks at neighbours only.
assert LastCapabilityEndsItsObject { always Alive = Slot.names }

// A history has a state more than it has operations. Since nothing may happen, shorter ones are among those of exactly so many
// states, and Alloy has to look once only.
check NoOverlapUnlessDerived for 3 Slot, 3 Object, 2 Unit, exactly 6 steps
check TreeIsAcyclic for 3 Slot, 3 Object, 2 Unit, exactly 6 steps
check TreeHoldsWhatIsFull for 3 Slot, 3 Object, 2 Unit, exactly 6 steps
check ChildIsWithinItsParent for 3 Slot, 3 Object, 2 Unit, exactly 6 steps
check RevokeFrees for 3 Slot, 3 Object, 2 Unit, exactly 6 steps
check RightsNeverGrow for 3 Slot, 3 Object, 2 Unit, exactly 6 steps
check LastCapabilityEndsItsObject for 3 Slot, 3 Object, 2 Unit, exactly 6 steps

// The rules let something happen at all: an untyped in use is revoked and all of its memory given to another object.
run MemoryIsUsedAgain {
  some s, a, b: Slot, disj o, p: Thing {
    o.region = Unit and p.region = Unit
    eventually (retype[s, a, o] and eventually (mint[a, b] and eventually (revoke[s] and eventually retype[s, b, p])))
  }
} for 3 Slot, 3 Object, 2 Unit, exactly 6 steps
