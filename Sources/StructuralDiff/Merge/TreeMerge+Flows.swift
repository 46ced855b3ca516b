import DocumentTree

extension TreeMerge {
    /// Writes a flow collection item by item; its data.
    mutating func writeFlow(
        _ meeting: Meeting, _ old: FlowLayout?, _ mine: FlowLayout, _ other: FlowLayout
    ) -> Value? {
        guard let children = children(of: meeting) else { return writeWholeConflict(.bothMoved, mine, other) }
        let triples = children.triples.filter { if case .dropped = outcome($0) { false } else { true } }
        for triple in triples {
            if case .conflict(let reason) = outcome(triple) { return writeWholeConflict(reason, mine, other) }
            if keyOrigin(triple) == nil { return writeWholeConflict(.bothChanged, mine, other) }
        }
        let baseUnits = units(old?.units ?? [])
        let (ourUnits, theirUnits) = (units(mine.units), units(other.units))
        var data = MergedData(isMapping: children.isMapping)
        output.append(opening(mine, isEmpty: triples.isEmpty))
        for (index, triple) in triples.enumerated() {
            if index > 0 { output.append(separator(behind: triples[index - 1], mine, ourUnits, other, theirUnits)) }
            let written = descend(step(triple, children, index: index)) { merge in
                merge.writeItem(
                    triple, children, triple.base.flatMap { baseUnits[$0]?.unit },
                    triple.ours.flatMap { ourUnits[$0]?.unit }, triple.theirs.flatMap { theirUnits[$0]?.unit })
            }
            data.append(written.value, key: written.key)
        }
        output.append(closing(mine, isEmpty: triples.isEmpty))
        return data.value
    }

    private typealias Units = [Int: (place: Int, unit: FlowLayout.Unit)]

    private func units(_ units: [FlowLayout.Unit]) -> Units {
        Dictionary(units.enumerated().map { ($1.element, ($0, $1)) }, uniquingKeysWith: { first, _ in first })
    }

    private mutating func writeWholeConflict(
        _ reason: ThreeWayMerge.Conflict.Reason, _ mine: FlowLayout, _ other: FlowLayout
    ) -> Value? {
        conflict(reason)
        output.appendConflict(ours: Array(ours.bytes[mine.bytes]), theirs: Array(theirs.bytes[other.bytes]))
        return nil
    }

    /// Writes an item or entry; its key and data.
    private mutating func writeItem(
        _ triple: MergeTriple, _ children: Children, _ old: FlowLayout.Unit?, _ mine: FlowLayout.Unit?,
        _ other: FlowLayout.Unit?
    ) -> (key: String?, value: Value?) {
        if case .whole(let origin) = outcome(triple), let unit = origin == .ours ? mine : other {
            output.append(side(origin).bytes[unit.start..<unit.end])
            return (side(origin).outline[unit.element].key, side(origin).outline.value(of: unit.element))
        }
        guard let mine, let other, let keyOrigin = keyOrigin(triple) else { return (nil, nil) }
        let keyUnit = keyOrigin == .ours ? mine : other
        output.append(side(keyOrigin).bytes[keyUnit.start..<keyUnit.keyEnd])
        let meeting = Meeting(
            base: old?.element, ours: mine.element, theirs: other.element,
            inOurs: old.flatMap { children.inOurs.partners[$0.element]?.pairing },
            inTheirs: old.flatMap { children.inTheirs.partners[$0.element]?.pairing },
            baseText: old.map { $0.valueStart..<$0.end }, ourText: mine.valueStart..<mine.end,
            theirText: other.valueStart..<other.end, headEnds: (0, 0, 0))
        let decision = decide(meeting)
        let (source, unit) = if case .take(.theirs) = decision { (theirs, other) } else { (ours, mine) }
        output.append(source.bytes[unit.keyEnd..<unit.valueStart])
        return (side(keyOrigin).outline[keyUnit.element].key, write(decision, meeting))
    }

    /// What stands before the first item.
    private func opening(_ layout: FlowLayout, isEmpty: Bool) -> [UInt8] {
        let text = ours.bytes[layout.bytes]
        let bracket = text.firstIndex { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "{") } ?? text.startIndex
        guard let first = layout.units.first, !isEmpty else { return Array(text[...bracket]) }
        return Array(text[..<first.start])
    }

    /// What stands behind the last item.
    private func closing(_ layout: FlowLayout, isEmpty: Bool) -> [UInt8] {
        let text = ours.bytes[layout.bytes]
        guard let last = layout.units.last, !isEmpty else { return text.last.map { [$0] } ?? [] }
        return Array(text[last.end...])
    }

    /// What stands between an item and the next.
    private func separator(
        behind triple: MergeTriple, _ mine: FlowLayout, _ ourUnits: Units, _ other: FlowLayout, _ theirUnits: Units
    ) -> [UInt8] {
        if let place = triple.ours.flatMap({ ourUnits[$0]?.place }) {
            if place + 1 < mine.units.count {
                return Array(ours.bytes[mine.units[place].end..<mine.units[place + 1].start])
            }
        } else if let place = triple.theirs.flatMap({ theirUnits[$0]?.place }), place + 1 < other.units.count {
            return Array(theirs.bytes[other.units[place].end..<other.units[place + 1].start])
        }
        return Array(", ".utf8)
    }
}
