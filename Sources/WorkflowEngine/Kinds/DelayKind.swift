public import DocumentTree
internal import GitStore
public import WorkflowLanguage

/// `uses: delay`: waits `for` a duration, or `until` a time (RFC 3339).
public struct DelayKind: WaitingKind {
    /// A kind named `delay`.
    public init() {}

    /// `delay`.
    public var name: KindName { KindName("delay") }

    /// Waits for a time.
    public func wait(_ parameters: Value, from now: Timestamp) throws(StepError) -> Wait {
        let parameters = KindParameters(kind: name, values: parameters)
        if let duration = try parameters.duration("for") { return .time(now.advanced(by: duration)) }
        guard let text = try parameters.text("until") else {
            throw StepError("parameters", "delay: with.for or with.until is missing")
        }
        guard let moment = RFC3339.moment(of: text) else {
            throw parameters.wrong("until", "a time such as 2026-11-21T18:00:00Z, not \"\(text)\"")
        }
        return .moment(Timestamp(milliseconds: moment.seconds * 1000 + moment.milliseconds))
    }
}
