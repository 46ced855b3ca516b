internal import DocumentTree

extension AuditEvent {
    /// The details that say most, the one that says most first.
    static let telling = ["text", "reason", "status", "why", "from", "secret", "trigger"]

    /// So many characters of a detail are shown in a list.
    private static let remarkLength = 80

    /// What a list shows of the details; empty where they say nothing that fits.
    var remark: String { Self.remark(Self.telling.lazy.compactMap { details[$0]?.string }.first) }

    /// What a list shows of a detail.
    static func remark(_ detail: String?) -> String {
        guard let detail, detail.utf8.count > remarkLength else { return detail ?? "" }
        return String(detail.prefix(remarkLength))
    }
}
