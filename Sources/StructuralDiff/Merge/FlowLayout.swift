import DocumentTree

/// How the text of a flow collection falls into items and what stands between them.
struct FlowLayout {
    /// The text of one item or entry, as ranges of bytes.
    struct Unit {
        /// The element of the value.
        var element: Int
        /// Where the item or its key starts.
        var start: Int
        /// Where the key's own text ends; of an item, where it starts.
        var keyEnd: Int
        /// Where the value starts.
        var valueStart: Int
        /// Where the value ends.
        var end: Int
    }

    var units: [Unit]
    /// Where the collection starts and ends, brackets, anchor and tag included.
    var bytes: Range<Int>
}

extension MergeSide {
    /// The layout of a flow collection; nil for anything else.
    func flowLayout(of element: Int) -> FlowLayout? {
        let node = outline[element].node
        guard node.isFlow else { return nil }
        let units = outline.children(of: element).map { child in
            let value = outline[child].node.range.bytes
            let key = outline[child].keyRange?.bytes
            return FlowLayout.Unit(
                element: child, start: key?.lowerBound ?? value.lowerBound,
                keyEnd: key?.upperBound ?? value.lowerBound, valueStart: value.lowerBound,
                end: max(value.upperBound, key?.upperBound ?? 0))
        }
        return FlowLayout(units: units, bytes: node.range.bytes)
    }
}
