internal import DocumentTree
internal import FoundationEssentials
internal import NIOHTTP1

/// A request as the parameters of a step describe it, and what becomes of it from redirection to redirection.
struct HTTPRequest {
    private(set) var address: HTTPAddress
    private(set) var method: HTTPMethod
    private(set) var content: RequestContent?
    /// The step's own fields, and those of its credentials.
    private var fields: HTTPHeaders
    /// Fields that go to every origin.
    private let common: HTTPHeaders
    /// Whether the client certificate is for this origin, too.
    private(set) var isOwnOrigin = true

    /// - Throws: A `StepError` `parameters`, or of the class of a file that cannot be read.
    init(_ parameters: Parameters, folder: WorkFolder, common: HTTPHeaders) throws {
        content = try RequestContent(parameters, folder: folder)
        let query = PercentEncoding.query(try RequestContent.pairs(parameters["query"], "query"))
        address = try HTTPAddress(parameters.required("url")).adding(query: query)
        let name = try parameters.text("method")?.uppercased() ?? (content == nil ? "GET" : "POST")
        guard Self.methods.contains(name) else { throw Parameters.fault("method: '\(name.prefix(20))' is none") }
        method = HTTPMethod(rawValue: name)
        self.common = common
        fields = HTTPHeaders()
        let auth = Parameters(parameters["auth"] ?? .null)
        if let basic = auth["basic"] {
            fields.add(name: "Authorization", value: try Self.basic(Parameters(basic)))
        } else if let token = try auth.text("bearer") {
            fields.add(name: "Authorization", value: "Bearer \(token)")
        }
        for (name, value) in parameters["headers"]?.mapping?.entries ?? [] where value != .null {
            guard !Self.reserved.contains(name.lowercased()) else {
                throw Parameters.fault("headers.\(name): is set by wfrepo itself")
            }
            fields.replaceOrAdd(name: name, value: value.string ?? value.canonicalText)
        }
        guard fields.allSatisfy({ Self.isValid($0.name, $0.value) }) else {
            // The value may be a secret: the message does not quote it.
            throw Parameters.fault("headers: a field holds a line break or another control character")
        }
    }

    private static let methods: Set = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    /// What frames a message, or says where it goes.
    private static let reserved: Set = [
        "host", "content-length", "transfer-encoding", "connection", "keep-alive", "te", "trailer", "upgrade",
        "proxy-authorization", "proxy-connection", "expect",
    ]
    /// What says nothing about who asks.
    private static let harmless: Set = [
        "accept", "accept-charset", "accept-language", "content-type", "content-language", "user-agent",
        "idempotency-key", "traceparent", "cache-control",
    ]

    private static func isValid(_ name: String, _ value: String) -> Bool {
        !name.isEmpty && value.utf8.allSatisfy { $0 >= 32 && $0 != 127 || $0 == 9 }
    }

    /// RFC 7617, section 2.
    private static func basic(_ parameters: Parameters) throws(StepError) -> String {
        let user = try parameters.text("user") ?? ""
        guard !user.contains(":") else { throw Parameters.fault("auth.basic.user: a name with a ':' can't be sent") }
        let pair = "\(user):\(try parameters.text("password") ?? "")"
        return "Basic " + Data(pair.utf8).base64EncodedString()
    }

    /// All fields, as they are sent.
    var headers: HTTPHeaders {
        var headers = HTTPHeaders()
        headers.add(name: "Host", value: address.authority)
        for (name, value) in common { headers.replaceOrAdd(name: name, value: value) }
        if let content { headers.add(name: "Content-Type", value: content.type) }
        for (name, value) in fields { headers.replaceOrAdd(name: name, value: value) }
        return headers
    }

    /// The request that follows a redirection (RFC 9110, section 15.4).
    ///
    /// To another origin go neither credentials nor a certificate nor fields that may hold some.
    /// - Throws: A `StepError` `redirect`.
    func following(_ location: String, status: Int) throws(StepError) -> HTTPRequest {
        var next = self
        do throws(StepError) {
            next.address = try address.resolving(location)
        } catch {
            throw StepError("redirect", "\(address.shown) redirects to where nothing can be: \(error.message)")
        }
        guard !address.isSecure || next.address.isSecure else {
            throw StepError("redirect", "\(address.shown) redirects to \(next.address.shown), which is not encrypted")
        }
        if status == 303 ? method != .HEAD : (status == 301 || status == 302) && method == .POST {
            next.method = .GET
            next.content = nil
            next.fields.remove(name: "Content-Type")
        }
        if !next.address.hasOrigin(of: address) {
            next.isOwnOrigin = false
            next.fields = HTTPHeaders(fields.filter { Self.harmless.contains($0.name.lowercased()) })
        }
        return next
    }
}
