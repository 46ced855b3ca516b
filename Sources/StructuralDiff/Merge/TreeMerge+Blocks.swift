import DocumentTree

extension TreeMerge {
    /// The layouts of a block collection in the three texts.
    private struct Layouts {
        let base: BlockLayout?
        let ours: BlockLayout
        let theirs: BlockLayout
        private let units: [[Int: BlockLayout.Unit]]

        init(base: BlockLayout?, ours: BlockLayout, theirs: BlockLayout) {
            self.base = base
            self.ours = ours
            self.theirs = theirs
            units = [base?.units ?? [], ours.units, theirs.units].map { units in
                Dictionary(units.map { ($0.element, $0) }, uniquingKeysWith: { first, _ in first })
            }
        }

        /// The columns by which their lines have to move.
        var shift: Int { ours.column - theirs.column }
        var baseShift: Int { ours.column - (base?.column ?? ours.column) }

        func baseUnit(_ element: Int?) -> BlockLayout.Unit? { element.flatMap { units[0][$0] } }
        func ourUnit(_ element: Int?) -> BlockLayout.Unit? { element.flatMap { units[1][$0] } }
        func theirUnit(_ element: Int?) -> BlockLayout.Unit? { element.flatMap { units[2][$0] } }
    }

    /// Writes a block collection unit by unit; its data.
    mutating func writeBlock(
        _ meeting: Meeting, _ old: BlockLayout?, _ mine: BlockLayout, _ other: BlockLayout
    ) -> Value? {
        guard let children = children(of: meeting) else {
            conflict(.bothMoved)
            output.appendConflict(
                ours: Array(ours.bytes[meeting.ourText]), theirs: Array(theirs.bytes[meeting.theirText]))
            return nil
        }
        let layouts = Layouts(base: old, ours: mine, theirs: other)
        var data = MergedData(isMapping: children.isMapping)
        for triple in children.triples {
            let isFirst = data.count == 0
            let written = descend(step(triple, children, index: data.count)) { merge in
                merge.writeUnit(triple, children, layouts, isFirst: isFirst)
            }
            if let value = written { data.append(value.value, key: value.key) }
        }
        if data.count == 0 {
            // Nothing is left of what both sides took away from.
            if output.isAtLineStart { output.append(blanks(mine.column + 1)) }
            output.append(Array((children.isMapping ? "{}\n" : "[]\n").utf8))
        }
        return data.value
    }

    /// What a unit adds to the data.
    private struct Written {
        var key: String?
        var value: Value?
    }

    /// Writes a unit; nil where nothing is left of it.
    private mutating func writeUnit(
        _ triple: MergeTriple, _ children: Children, _ layouts: Layouts, isFirst: Bool
    ) -> Written? {
        switch outcome(triple) {
        case .dropped: return nil
        case .whole(let origin): return writeWhole(origin, triple, layouts, isFirst: isFirst)
        case .conflict(let reason): return writeConflict(reason, triple, layouts, isFirst: isFirst)
        case .merged: break
        }
        guard let mine = layouts.ourUnit(triple.ours), let other = layouts.theirUnit(triple.theirs) else { return nil }
        let old = layouts.baseUnit(triple.base)
        let ourBytes = ours.bytes[mine.start..<mine.end]
        let theirBytes = theirs.bytes[other.start..<other.end]
        if let old {
            let bytes = base.bytes[old.start..<old.end]
            if bytes == ourBytes { return writeWhole(.theirs, triple, layouts, isFirst: isFirst) }
            if bytes == theirBytes { return writeWhole(.ours, triple, layouts, isFirst: isFirst) }
        } else if ourBytes == theirBytes {
            return writeWhole(.ours, triple, layouts, isFirst: isFirst)
        }
        guard let keyOrigin = keyOrigin(triple) else {
            return writeConflict(.bothChanged, triple, layouts, isFirst: isFirst)
        }
        return writeMerged(triple, children, layouts, keyOrigin, isFirst: isFirst)
    }

    /// Writes a unit as one side has it.
    private mutating func writeWhole(
        _ origin: Origin, _ triple: MergeTriple, _ layouts: Layouts, isFirst: Bool
    ) -> Written? {
        guard let unit = origin == .ours ? layouts.ourUnit(triple.ours) : layouts.theirUnit(triple.theirs) else {
            return nil
        }
        startUnit(isFirst: isFirst)
        output.append(text(of: unit, origin, layouts, isAtLineStart: output.isAtLineStart))
        let element = side(origin).outline[unit.element]
        return Written(key: element.key, value: side(origin).outline.value(of: unit.element))
    }

    /// Writes both sides' versions of a unit, of which one may be missing.
    private mutating func writeConflict(
        _ reason: ThreeWayMerge.Conflict.Reason, _ triple: MergeTriple, _ layouts: Layouts, isFirst: Bool
    ) -> Written? {
        conflict(reason)
        startUnit(isFirst: isFirst)
        let isAtLineStart = output.isAtLineStart
        output.appendConflict(
            ours: layouts.ourUnit(triple.ours).map { text(of: $0, .ours, layouts, isAtLineStart: isAtLineStart) } ?? [],
            theirs: layouts.theirUnit(triple.theirs).map {
                text(of: $0, .theirs, layouts, isAtLineStart: isAtLineStart)
            } ?? [])
        return Written(key: nil, value: nil)
    }

    /// A text that ends without a line break gets one before the next unit.
    private mutating func startUnit(isFirst: Bool) {
        if !isFirst, !output.isAtLineStart { output.append([UInt8(ascii: "\n")]) }
    }

    /// A unit's text, its lines indented as ours; without its first indentation where it goes on a line.
    private func text(
        of unit: BlockLayout.Unit, _ origin: Origin, _ layouts: Layouts, isAtLineStart: Bool
    ) -> [UInt8] {
        let source = side(origin)
        let shift = origin == .ours ? 0 : layouts.shift
        if !isAtLineStart {
            let start = source.bytes[unit.start..<unit.headStart].firstIndex { $0 > 0x20 } ?? unit.headStart
            return source.lines(start..<unit.end, shift: shift)
        }
        if unit.start == unit.headStart, source.lineStart(unit.start) != unit.start {
            return blanks(layouts.ours.column) + source.lines(unit.start..<unit.end, shift: shift)
        }
        return source.lines(unit.start..<unit.end, shift: shift)
    }

    /// Writes a unit that both sides have, each part from the side that changed it.
    private mutating func writeMerged(
        _ triple: MergeTriple, _ children: Children, _ layouts: Layouts, _ keyOrigin: Origin, isFirst: Bool
    ) -> Written? {
        guard let mine = layouts.ourUnit(triple.ours), let other = layouts.theirUnit(triple.theirs) else { return nil }
        let old = layouts.baseUnit(triple.base)
        startUnit(isFirst: isFirst)
        writeLead(old, mine, other, layouts)
        let keyUnit = keyOrigin == .ours ? mine : other
        output.append(side(keyOrigin).bytes[keyUnit.headStart..<keyUnit.keyEnd])
        let meeting = Meeting(
            base: old?.element, ours: mine.element, theirs: other.element,
            inOurs: old.flatMap { children.inOurs.partners[$0.element]?.pairing },
            inTheirs: old.flatMap { children.inTheirs.partners[$0.element]?.pairing },
            baseText: old.map { $0.valueStart..<$0.valueEnd }, ourText: mine.valueStart..<mine.valueEnd,
            theirText: other.valueStart..<other.valueEnd,
            headEnds: (headEnd(old, base, children), headEnd(mine, ours, children), headEnd(other, theirs, children)))
        let value: Value?
        switch decide(meeting) {
        case .take(let origin):
            let (source, unit) = origin == .ours ? (ours, mine) : (theirs, other)
            let shift = origin == .ours ? 0 : layouts.shift
            if endsLine(mine, ours), endsLine(other, theirs), old.map({ endsLine($0, base) }) ?? true {
                output.append(Array(headRest(old, mine, other, origin).utf8))
                output.append(source.lines(unit.valueStart..<unit.valueEnd, shift: shift))
            } else {
                output.append(source.lines(unit.keyEnd..<unit.valueEnd, shift: shift))
            }
            writeTail(old, mine, other, origin)
            value = source.outline.value(of: unit.element)
        case .conflict:
            conflict(old == nil ? .bothAdded : .bothChanged)
            output.appendConflict(
                ours: Array(ours.bytes[mine.keyEnd..<mine.end]),
                theirs: theirs.lines(other.keyEnd..<other.end, shift: layouts.shift))
            value = nil
        case let decision:
            output.append(Array(headRest(old, mine, other, .ours).utf8))
            value = write(decision, meeting)
            writeTail(old, mine, other, .ours)
        }
        return Written(key: side(keyOrigin).outline[keyUnit.element].key, value: value)
    }

    /// Behind the colon or the dash.
    private func headEnd(_ unit: BlockLayout.Unit?, _ side: MergeSide, _ children: Children) -> Int {
        guard let unit else { return 0 }
        guard children.isMapping else { return unit.keyEnd }
        return (side.bytes[unit.keyEnd...].firstIndex(of: UInt8(ascii: ":")) ?? unit.keyEnd) + 1
    }

    /// Writes the comments above a unit, and its indentation.
    private mutating func writeLead(
        _ old: BlockLayout.Unit?, _ mine: BlockLayout.Unit, _ other: BlockLayout.Unit, _ layouts: Layouts
    ) {
        let lead =
            LineMerge.text(
                base: old.map { self.lead($0, base, shift: layouts.baseShift) } ?? "",
                ours: self.lead(mine, ours, shift: 0),
                theirs: self.lead(other, theirs, shift: layouts.shift), keepsBoth: true) ?? ""
        var bytes = Array(lead.utf8)
        if !output.isAtLineStart { bytes = Array(bytes.drop { $0 <= 0x20 }) }
        output.append(bytes)
        if output.isAtLineStart { output.append(blanks(layouts.ours.column)) }
    }

    /// The lines above a unit, without the indentation of its own line.
    private func lead(_ unit: BlockLayout.Unit, _ side: MergeSide, shift: Int) -> String {
        let end = max(unit.start, side.lineStart(unit.headStart))
        return String(decoding: side.lines(unit.start..<min(end, unit.headStart), shift: shift), as: UTF8.self)
    }

    /// Whether what stands between a unit's key and its value is the rest of a line.
    private func endsLine(_ unit: BlockLayout.Unit, _ side: MergeSide) -> Bool {
        let rest = side.bytes[unit.keyEnd..<unit.valueStart]
        return rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 == rest.endIndex } ?? false
    }

    /// What stands between the key and a value that comes from `origin`, or from both.
    private func headRest(
        _ old: BlockLayout.Unit?, _ mine: BlockLayout.Unit, _ other: BlockLayout.Unit, _ origin: Origin
    ) -> String {
        let our = ours.string(mine.keyEnd..<mine.valueStart)
        let their = theirs.string(other.keyEnd..<other.valueStart)
        guard our.contains("\n") == their.contains("\n") else { return origin == .ours ? our : their }
        return LineRest.merged(
            base: old.map { base.string($0.keyEnd..<$0.valueStart) }, ours: our, theirs: their, origin)
    }

    /// Writes what stands behind a value that came from `origin`, up to the end of its line.
    private mutating func writeTail(
        _ old: BlockLayout.Unit?, _ mine: BlockLayout.Unit, _ other: BlockLayout.Unit, _ origin: Origin
    ) {
        let our = ours.string(mine.valueEnd..<mine.end)
        let their = theirs.string(other.valueEnd..<other.end)
        guard hasTail(mine, ours), hasTail(other, theirs), old.map({ hasTail($0, base) }) ?? true else {
            return output.append(Array((origin == .ours ? our : their).utf8))
        }
        output.append(
            Array(
                LineRest.merged(
                    base: old.map { base.string($0.valueEnd..<$0.end) }, ours: our, theirs: their, origin
                ).utf8))
    }

    /// Whether something may stand behind a unit's value on its line: the value is no block collection.
    private func hasTail(_ unit: BlockLayout.Unit, _ side: MergeSide) -> Bool {
        unit.valueEnd < unit.end || unit.end == side.bytes.count && !side.isBlock(unit.element)
    }

    private func blanks(_ count: Int) -> [UInt8] { [UInt8](repeating: 0x20, count: count) }
}

extension MergeSide {
    /// The text of a range, each line that starts in it indented by `shift` more columns, or less.
    func lines(_ range: Range<Int>, shift: Int) -> [UInt8] {
        if shift == 0 { return Array(bytes[range]) }
        var result: [UInt8] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(endOfLine(start), range.upperBound)
            var line = bytes[start..<end]
            let isWholeLine = lineStart(start) == start
            let isBlank = line.allSatisfy { $0 <= 0x20 }
            if isWholeLine, !isBlank {
                if shift > 0 {
                    result += [UInt8](repeating: 0x20, count: shift)
                } else {
                    let indentation = line.prefix { $0 == 0x20 }.count
                    line = line.dropFirst(min(-shift, indentation))
                }
            }
            result += line
            start = end
        }
        return result
    }
}
