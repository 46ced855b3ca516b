import DocumentTree

/// Writes the operations of a pairing.
///
/// An operation's path is where things are when it applies, after all operations before it. So every container that
/// anything happens in knows its parent and its present place there; a sequence knows, for the places of both
/// sequences laid over each other, which ones hold an item, and counts them.
struct PatchBuilder {
    /// Where a value is: the root, at a key, or at a place of the laid-over sequences.
    private enum Place {
        case root
        case key(container: Int, String)
        case slot(container: Int, Int)
    }

    /// A pair of collections that something happens in.
    private struct Container {
        var place: Place
        /// For a sequence: which of its slots hold an item.
        var presence = FenwickTree([])
    }

    private let old: Outline
    private let new: Outline
    private var containers: [Container] = []
    private var operations: [JSONPatch.Operation] = []
    /// The places of old elements that will move to another collection.
    private var departures: [Int: Place] = [:]
    /// For each new element that comes from another collection, the old element.
    private var origins: [Int: Int] = [:]

    /// The operations that turn the old outline's data into the new one's.
    static func patch(_ pairing: Pairing, old: Outline, new: Outline) -> JSONPatch {
        var builder = PatchBuilder(old: old, new: new)
        let plan = builder.plan(pairing, at: .root)
        builder.joinMoves(plan)
        builder.write(plan)
        return JSONPatch(builder.operations)
    }

    private init(old: Outline, new: Outline) {
        self.old = old
        self.new = new
    }

    // MARK: - Plan

    /// What has to be done in one collection, with the plans of what is inside.
    private indirect enum Plan {
        case replace(Place, new: Int)
        case mapping(container: Int, MappingPairing, renames: [Transfer], inner: [Plan])
        case sequence(container: Int, steps: [Step], inner: [Plan])
    }

    /// A value that gets another place in its own collection.
    private struct Transfer {
        var from: Place
        var to: Place
        /// The value, where it is a collection that something happens in.
        var container: Int?
    }

    /// One step in a sequence.
    private enum Step {
        case remove(slot: Int, old: Int)
        case replace(slot: Int, new: Int)
        case add(slot: Int, new: Int)
        case move(fromSlot: Int, toSlot: Int, Transfer)
    }

    private mutating func plan(_ pairing: Pairing, at place: Place) -> Plan? {
        switch pairing.content {
        case .equal: return nil
        case .replaced: return .replace(place, new: pairing.new)
        case .mapping(let mapping): return plan(mapping, at: place)
        case .sequence(let sequence): return plan(sequence, at: place)
        }
    }

    /// The plan of a pair that gets another place before anything happens inside; but something may leave it, or come
    /// into it, before that.
    private mutating func plan(_ pairing: Pairing, from: Place, to: Place) -> (container: Int?, plan: Plan?) {
        switch pairing.content {
        case .equal: return (nil, nil)
        case .replaced: return (nil, plan(pairing, at: to))
        case .mapping, .sequence:
            let container = containers.count
            return (container, plan(pairing, at: from))
        }
    }

    private mutating func plan(_ mapping: MappingPairing, at place: Place) -> Plan {
        let own = containers.count
        containers.append(Container(place: place))
        var inner: [Plan] = []
        var renames: [Transfer] = []
        for pair in mapping.changed {
            if let plan = plan(pair, at: .key(container: own, old[pair.old].key ?? "")) { inner.append(plan) }
        }
        for pair in mapping.renamed {
            let from = Place.key(container: own, old[pair.old].key ?? "")
            let to = Place.key(container: own, new[pair.new].key ?? "")
            let (container, plan) = plan(pair, from: from, to: to)
            renames.append(Transfer(from: from, to: to, container: container))
            if let plan { inner.append(plan) }
        }
        for element in mapping.removed { departures[element] = .key(container: own, old[element].key ?? "") }
        return .mapping(container: own, mapping, renames: renames, inner: inner)
    }

    private mutating func plan(_ sequence: SequencePairing, at place: Place) -> Plan {
        let own = containers.count
        containers.append(Container(place: place))
        var steps: [Step] = []
        var inner: [Plan] = []
        var presence: [Int] = []
        /// Slots of removed items since the last kept one, which an added item may take over.
        var vacant: [(slot: Int, step: Int)] = []
        var moves: [Int: (from: Int?, to: Int?, pairing: Pairing)] = [:]
        for slot in sequence.slots(old: { old[$0].index }, new: { new[$0].index }) {
            switch slot {
            case .kept(let match):
                vacant = []
                if let plan = plan(match.pairing, at: .slot(container: own, presence.count)) { inner.append(plan) }
                presence.append(1)
            case .removed(let element):
                vacant.append((presence.count, steps.count))
                steps.append(.remove(slot: presence.count, old: element))
                presence.append(1)
            case .added(let element):
                if let place = vacant.first {
                    vacant.removeFirst()
                    steps[place.step] = .replace(slot: place.slot, new: element)
                } else {
                    steps.append(.add(slot: presence.count, new: element))
                    presence.append(0)
                }
            case .movedAway(let match):
                moves[match.pairing.new, default: (nil, nil, match.pairing)].from = presence.count
                presence.append(1)
            case .movedHere(let match):
                vacant = []
                moves[match.pairing.new, default: (nil, nil, match.pairing)].to = presence.count
                presence.append(0)
            }
        }
        for move in moves.values.sorted(by: { $0.pairing.new < $1.pairing.new }) {
            guard let from = move.from, let to = move.to else { continue }
            let (start, end) = (Place.slot(container: own, from), Place.slot(container: own, to))
            let (container, plan) = plan(move.pairing, from: start, to: end)
            steps.append(
                .move(fromSlot: from, toSlot: to, Transfer(from: start, to: end, container: container)))
            if let plan { inner.append(plan) }
        }
        for case .remove(let slot, let element) in steps { departures[element] = .slot(container: own, slot) }
        containers[own].presence = FenwickTree(presence)
        return .sequence(container: own, steps: steps, inner: inner)
    }

    /// Finds what is removed from one collection and added to another, equal: one move instead of two operations.
    private mutating func joinMoves(_ plan: Plan?) {
        var additions: [Int] = []
        collectAdditions(plan, &additions)
        var waiting: [Int: [Int]] = [:]
        for element in departures.keys.sorted(by: >) { waiting[old[element].fingerprint, default: []].append(element) }
        for element in additions {
            if let origin = waiting[new[element].fingerprint]?.popLast() { origins[element] = origin }
        }
        let moving = Set(origins.values)
        departures = departures.filter { moving.contains($0.key) }
    }

    private func collectAdditions(_ plan: Plan?, _ additions: inout [Int]) {
        switch plan {
        case nil, .replace: break
        case .mapping(_, let mapping, _, let inner):
            additions += mapping.added
            for plan in inner { collectAdditions(plan, &additions) }
        case .sequence(_, let steps, let inner):
            for case .add(_, let element) in steps { additions.append(element) }
            for plan in inner { collectAdditions(plan, &additions) }
        }
    }

    // MARK: - Operations

    private mutating func write(_ plan: Plan?) {
        switch plan {
        case nil: break
        case .replace(let place, let element):
            operations.append(.replace(path: pointer(place), value: new.value(of: element)))
        case .mapping(let container, let mapping, let renames, let inner): write(container, mapping, renames, inner)
        case .sequence(let container, let steps, let inner):
            for step in steps { write(step, in: container) }
            for plan in inner { write(plan) }
        }
    }

    private mutating func write(_ container: Int, _ mapping: MappingPairing, _ renames: [Transfer], _ inner: [Plan]) {
        for element in mapping.removed where departures[element] == nil {
            operations.append(.remove(path: pointer(.key(container: container, old[element].key ?? ""))))
        }
        for rename in renames {
            operations.append(.move(from: pointer(rename.from), path: pointer(rename.to)))
            settle(rename)
        }
        for element in mapping.added { add(element, at: .key(container: container, new[element].key ?? "")) }
        for plan in inner { write(plan) }
    }

    private mutating func write(_ step: Step, in container: Int) {
        switch step {
        case .remove(let slot, let element):
            if departures[element] != nil { return }
            operations.append(.remove(path: pointer(.slot(container: container, slot))))
            containers[container].presence.add(-1, at: slot)
        case .replace(let slot, let element):
            operations.append(
                .replace(path: pointer(.slot(container: container, slot)), value: new.value(of: element)))
        case .add(let slot, let element):
            add(element, at: .slot(container: container, slot))
        case .move(let from, let to, let transfer):
            let start = pointer(transfer.from)
            containers[container].presence.add(-1, at: from)
            operations.append(.move(from: start, path: pointer(transfer.to)))
            containers[container].presence.add(1, at: to)
            settle(transfer)
        }
    }

    /// From now on, the value is at its new place.
    private mutating func settle(_ transfer: Transfer) {
        if let container = transfer.container { containers[container].place = transfer.to }
    }

    /// Adds a new element, by a move where it comes from somewhere.
    private mutating func add(_ element: Int, at place: Place) {
        if let origin = origins[element], let from = departures[origin] {
            let start = pointer(from)
            if case .slot(let container, let slot) = from { containers[container].presence.add(-1, at: slot) }
            operations.append(.move(from: start, path: pointer(place)))
        } else {
            operations.append(.add(path: pointer(place), value: new.value(of: element)))
        }
        if case .slot(let container, let slot) = place { containers[container].presence.add(1, at: slot) }
    }

    /// Where a place is now.
    private func pointer(_ place: Place) -> JSONPointer {
        var tokens: [String] = []
        var place = place
        while true {
            switch place {
            case .root: return JSONPointer(tokens.reversed())
            case .key(let container, let key):
                tokens.append(key)
                place = containers[container].place
            case .slot(let container, let slot):
                tokens.append(String(containers[container].presence.sum(before: slot)))
                place = containers[container].place
            }
        }
    }
}

extension Comparison {
    /// The operations that turn the old document's data into exactly the new one's, few of them. Of a text of several
    /// documents, the data is the list of the documents.
    public var patch: JSONPatch {
        let matcher = Matcher(old: old, new: new, purpose: .patching)
        return PatchBuilder.patch(matcher.pair(0, 0), old: old, new: new)
    }
}
