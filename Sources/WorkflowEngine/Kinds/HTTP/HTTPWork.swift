internal import Crypto
internal import DocumentTree
internal import NIOHTTP1
internal import WorkflowLanguage

/// The work of `uses: http`: a request, the redirections that it meets, and the response.
struct HTTPWork {
    let parameters: Parameters
    let folder: WorkFolder
    let surroundings: HTTPSurroundings

    /// The most bytes that outputs may have; a file may have more.
    private static let outputLimit = 4 << 20

    func perform() throws -> ValueMapping {
        let started = ContinuousClock.now
        let plan = try plan()
        // The client may hold on to it for longer than this process lives.
        defer { plan.file?.discard() }
        let deadline = started + (try duration("timeout", default: .seconds(60)))
        var common = surroundings.fields
        // What goes to a file stays as it is sent: its sum is known so.
        if plan.file == nil { common.add(name: "Accept-Encoding", value: ContentCoding.accepted) }
        var request = try HTTPRequest(parameters, folder: folder, common: common)
        let redirects = try parameters.integer("redirects", default: 5, in: 0...20)
        var followed = 0
        while true {
            let response = try send(request, plan, deadline)
            guard response.isRedirect, let location = response.head?.headers.first(name: "location") else {
                return try outcome(of: response, to: request, plan)
            }
            followed += 1
            guard followed <= redirects else {
                throw StepError(
                    "redirect",
                    "\(request.address.shown): the \(followed)th redirection; 'redirects' allows \(redirects)")
            }
            let next = try request.following(location, status: Int(response.head?.status.code ?? 0))
            surroundings.print("\(describe(response, request)), to \(next.address.shown)\n")
            request = next
        }
    }

    private func plan() throws -> ResponseSink.Plan {
        let expected = try StatusSet(words("expect"))
        let target = try parameters.text("to")
        let limit = try parameters.integer(
            "limit", default: target == nil ? 1 << 20 : 1 << 30, in: 0...(target == nil ? Self.outputLimit : 1 << 44))
        // Opened before anything is sent: an effect whose response cannot be kept must not happen.
        let file = try target.map {
            try AtomicFile(try folder.target($0), replaces: parameters.flag("overwrite"))
        }
        return ResponseSink.Plan(
            expected: expected, followsRedirects: try parameters.integer("redirects", default: 5, in: 0...20) > 0,
            limit: limit, file: file, isHashed: file != nil || parameters["sha256"] != nil)
    }

    private func words(_ name: String) throws -> [String] {
        guard let value = parameters[name] else { return ["2xx"] }
        return (value.items ?? [value]).map { $0.string ?? $0.canonicalText }
    }

    private func duration(_ name: String, default standard: Duration) throws(StepError) -> Duration {
        guard let text = try parameters.text(name) else { return standard }
        guard let duration = DurationText.parse(text), duration > .zero else {
            throw Parameters.fault("\(name): '\(text.prefix(40))' is no duration")
        }
        return duration
    }

    private func send(
        _ request: HTTPRequest, _ plan: ResponseSink.Plan, _ deadline: ContinuousClock.Instant
    ) throws -> ResponseSink {
        let connecting = try duration("connect-timeout", default: .seconds(10))
        let left = ContinuousClock.now.duration(to: deadline)
        guard left > .zero else { throw StepError("timeout", "\(request.address.shown) took longer than 'timeout'") }
        let exchange = HTTPExchange(
            request: request, route: try route(to: request.address, within: min(connecting, left)),
            security: try TransportSecurity(Parameters(parameters["tls"] ?? .null), folder: folder),
            connectTimeout: min(connecting, left), deadline: deadline)
        return try exchange.perform { ResponseSink(plan, method: request.method) }
    }

    /// How an address is reached, if at all.
    ///
    /// A proxy looks names up itself: there only an address that is written out is judged.
    private func route(to address: HTTPAddress, within limit: Duration) throws -> HTTPExchange.Route {
        let rules = ConnectionRules(
            allowed: surroundings.allowedHosts, allowsLinkLocal: parameters.flag("link-local"))
        guard let proxy = try surroundings.proxies.proxy(for: address) else {
            return .direct(try rules.addresses(of: address.host, within: limit))
        }
        try rules.requireAllowed(host: address.host)
        try rules.requireAllowed(literal: address.host)
        // A proxy that the step chose is a host like any other.
        if !proxy.isGiven { _ = try rules.addresses(of: proxy.host, within: limit) }
        return .proxy(proxy)
    }

    private func outcome(
        of response: ResponseSink, to request: HTTPRequest, _ plan: ResponseSink.Plan
    ) throws -> ValueMapping {
        guard let head = response.head else { throw StepError("http", "\(request.address.shown) did not answer") }
        surroundings.print("\(describe(response, request))\n")
        let status = Int(head.status.code)
        guard plan.expected.contains(status) else { throw failure(response, head, request) }
        let coding = plan.file == nil ? ContentCoding(head.headers) : .identity
        let content = try coding.decoded(response.bytes, limit: plan.limit, of: request.address)
        var outputs: ValueMapping = [
            "status": .integer(status), "headers": Self.fields(head.headers), "url": .string(request.address.shown),
            "size": .integer(plan.file == nil ? content.count : response.size),
            "trace_id": .string(surroundings.trace.traceID),
        ]
        if plan.isHashed {
            let sum = plan.file == nil ? SHA256.hash(data: content).hexadecimal : response.sha256
            outputs["sha256"] = .string(sum)
            if let expected = try parameters.text("sha256"), expected.lowercased() != sum {
                throw StepError(
                    "checksum",
                    "\(request.address.shown): the content's SHA-256 is \(sum), not \(expected.prefix(80))")
            }
        }
        if let file = plan.file {
            try file.finish()
            outputs["path"] = try parameters.text("to").map(Value.string) ?? .null
        } else {
            outputs["body"] = try ResponseText(content, type: head.headers.first(name: "content-type"))
                .value(as: parameters.text("response") ?? "auto", of: request.address)
        }
        return outputs
    }

    /// `GET https://api.example.test/orders: 200 OK, 34 bytes`
    private func describe(_ response: ResponseSink, _ request: HTTPRequest) -> String {
        let status = response.head?.status ?? .ok
        return "\(request.method.rawValue) \(request.address.shown): "
            + "\(status.code) \(PrintableText.escape(String(status.reasonPhrase.prefix(80)))), \(response.size) bytes"
    }

    private func failure(_ response: ResponseSink, _ head: HTTPResponseHead, _ request: HTTPRequest) -> StepError {
        let status = Int(head.status.code)
        let beginning = ContentCoding(head.headers).beginning(of: response.bytes, limit: 2000)
        let content = PrintableText.escape(String(String(decoding: beginning.prefix(2000), as: UTF8.self).prefix(500)))
        let kind = status == 429 ? "http-429" : "http-\(status / 100)xx"
        var error = StepError(
            kind, describe(response, request) + (content.isEmpty ? "" : ": \(content)"))
        if status == 429 || status == 503, let field = head.headers.first(name: "retry-after") {
            error.retryAfter = RetryAfter.seconds(field, now: surroundings.now).map { .seconds($0) }
        }
        return error
    }

    /// The fields by lower-case name. Cookies are credentials, which no record is the place for.
    private static func fields(_ headers: HTTPHeaders) -> Value {
        var fields = ValueMapping()
        for (name, value) in headers where !name.lowercased().hasPrefix("set-cookie") {
            let name = name.lowercased()
            fields[name] = .string((fields[name]?.string).map { "\($0), \(value)" } ?? value)
        }
        return .mapping(fields)
    }
}
