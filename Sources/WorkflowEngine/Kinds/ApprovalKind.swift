public import DocumentTree
public import WorkflowLanguage

/// `uses: approval`: waits until people have approved, or one has rejected.
public struct ApprovalKind: WaitingKind {
    /// A kind named `approval`.
    public init() {}

    /// `approval`.
    public var name: KindName { KindName("approval") }

    /// Waits for people.
    public func wait(_ parameters: Value, from now: Timestamp) throws(StepError) -> Wait {
        let approvers = try approvers(parameters["approvers"])
        let parameters = KindParameters(kind: name, values: parameters)
        let count = try parameters.count("count") ?? 1
        if !approvers.isEmpty, !approvers.contains(where: { $0.hasPrefix("*") }), count > Set(approvers).count {
            throw StepError("parameters", "approval: \(count) must approve, but only \(Set(approvers).count) may")
        }
        return .approval(
            ApprovalWait(
                message: try parameters.text("message"), approvers: approvers, count: count,
                allowsOwn: try parameters.bool("own") ?? true,
                lapses: try parameters.duration("lapse").map(now.advanced)))
    }

    /// A list of addresses, or a text with one a line or with commas between them, as an expression may give it.
    private func approvers(_ value: Value?) throws(StepError) -> [String] {
        guard let value, value != .null else { return [] }
        let items = value.items?.map(\.string) ?? value.string.map(Self.addresses) ?? [nil]
        let addresses = items.compactMap { $0 }.filter { !$0.isEmpty }
        // An empty list must not come to mean everybody.
        guard addresses.count == items.count, !addresses.isEmpty, addresses.allSatisfy({ $0.contains("@") }) else {
            throw StepError("parameters", "approval: with.approvers must be a list of addresses")
        }
        return addresses
    }

    private static func addresses(in text: String) -> [String?] {
        text.split { $0 == "," || $0.isWhitespace }.map(String.init)
    }
}
