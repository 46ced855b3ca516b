internal import DocumentTree
internal import NIOHTTP1
internal import WorkflowLanguage

/// What a request depends on besides its parameters.
struct HTTPSurroundings {
    let idempotencyKey: String
    let trace: TraceContext
    /// What `hosts` of the settings allows; nil where everything is.
    let allowedHosts: [HostPattern]?
    let proxies: ProxyChoice
    /// Seconds since 1970.
    let now: Int
    let print: (String) -> Void

    /// - Parameter request: As ``ProgramKind`` writes it.
    init(_ request: Value, environment: [String: String], now: Int, print: @escaping (String) -> Void) {
        idempotencyKey = request["idempotency_key"]?.string ?? ""
        trace = TraceContext(
            correlationID: request["correlation_id"]?.string ?? request["run"]?.string ?? "", key: idempotencyKey,
            attempt: request["attempt"]?.integer ?? 1)
        allowedHosts = request["hosts"]?.items?.compactMap { $0.string.map(HostPattern.init) }
        let given = request["proxies"]?.mapping?.entries.compactMap { entry in
            entry.value.string.map { (entry.key, $0) }
        }
        proxies = ProxyChoice(
            environment: environment, given: Dictionary(given ?? [], uniquingKeysWith: { $1 }))
        self.now = now
        self.print = print
    }

    /// The fields that every request has.
    var fields: HTTPHeaders {
        var fields: HTTPHeaders = ["User-Agent": "wfrepo", "Accept": "*/*", "traceparent": trace.field]
        if !idempotencyKey.isEmpty { fields.add(name: "Idempotency-Key", value: idempotencyKey) }
        return fields
    }
}
