import DocumentTree

/// What the table of keys can't say of steps that wait.
struct WaitingRules {
    /// Reports an approval that can never be given.
    func check(_ step: Node, _ reader: inout NodeReader) {
        guard reader.text(step["uses"]) == "approval", let with = step["with"],
            let approvers = with["approvers"]?.items,
            let count = reader.integer(with["count"])
        else { return }
        // An address with a `*` in it, or an expression, may stand for any number of people.
        let names = approvers.compactMap { reader.text($0) }
        guard !names.contains(where: { $0.hasPrefix("*") || $0.contains("{{") }), count > names.count,
            let place = with["count"]
        else { return }
        reader.report(
            .rule, at: place, "`count` is \(count), but only \(names.count) may approve",
            hint: "name more people in `approvers`, or ask for fewer")
    }

    /// Reports an undo that would wait.
    func check(compensation: Node, _ reader: inout NodeReader) {
        guard let name = reader.text(compensation["uses"]),
            KindCatalog.waitingKinds.contains(where: { $0.name.description == name }), let place = compensation["uses"]
        else { return }
        reader.report(
            .rule, at: place, "a compensation can't wait, so it can't use `\(name)`",
            hint: "wait in a step, before what is to be undone")
    }
}
