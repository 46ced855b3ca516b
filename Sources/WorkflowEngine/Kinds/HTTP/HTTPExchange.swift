internal import AsyncHTTPClient
internal import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// One request and its response: to the addresses that were checked, and to no other.
struct HTTPExchange {
    /// How the service is reached.
    enum Route {
        /// At one of these addresses, which are tried in order.
        case direct([NetworkAddress])
        case proxy(ProxyChoice.Proxy)
    }

    /// One request at a time needs one thread, which lives as long as the process.
    private static let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    let request: HTTPRequest
    let route: Route
    let security: TransportSecurity
    let connectTimeout: Duration
    let deadline: ContinuousClock.Instant

    /// Sends the request, and has the response taken in.
    ///
    /// - Parameter makeSink: Makes what takes a response in; it is asked anew for each address that is tried.
    /// - Throws: A `StepError`.
    func perform(_ makeSink: () -> ResponseSink) throws(StepError) -> ResponseSink {
        guard case .direct(let addresses) = route else { return try send(makeSink(), to: nil) }
        var failure = StepError("network", "\(request.address.host) has no address")
        for (number, address) in addresses.prefix(8).enumerated() {
            let sink = makeSink()
            do throws(StepError) {
                return try send(sink, to: address)
            } catch {
                failure = error
                let isLast = number == addresses.count - 1 || deadline <= .now
                guard !isLast, !sink.hasSent, ["network", "timeout"].contains(error.kind) else { throw error }
            }
        }
        throw failure
    }

    private func send(_ sink: ResponseSink, to address: NetworkAddress?) throws(StepError) -> ResponseSink {
        let failures = ExchangeFailure(address: request.address, route: route)
        do {
            let message = try message()
            let client = HTTPClient(
                eventLoopGroup: Self.loop, configuration: configuration(address))
            defer { client.shutdown { _ in } }
            let left = ContinuousClock.now.duration(to: deadline)
            try client.execute(request: message, delegate: sink, deadline: .now() + left.timeAmount).wait()
        } catch {
            guard error is ResponseSink.Enough else { throw failures.describe(error) }
        }
        return sink
    }

    private func configuration(_ address: NetworkAddress?) -> HTTPClient.Configuration {
        var pool = HTTPClient.Configuration.ConnectionPool()
        pool.retryConnectionEstablishment = false
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: security.configuration(presentsCertificate: request.isOwnOrigin),
            redirectConfiguration: .disallow, timeout: .init(connect: connectTimeout.timeAmount), connectionPool: pool)
        configuration.httpVersion = .http1Only
        if let address, NetworkAddress(request.address.host) == nil {
            configuration.dnsOverride[request.address.host] = address.description
        }
        if case .proxy(let proxy) = route, !isRelayed {
            configuration.proxy =
                proxy.isSOCKS
                ? .socksServer(host: proxy.host, port: proxy.port)
                : .server(host: proxy.host, port: proxy.port, authorization: Self.authorization(proxy))
        }
        let prefix = isRelayed ? "http://\(request.address.authority)" : nil
        configuration.http1_1ConnectionDebugInitializer = { channel in
            channel.eventLoop.makeCompletedFuture {
                if let address { try Self.check(channel, leadsTo: address) }
                let pipeline = channel.pipeline.syncOperations
                let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPResponseDecoder>.self)
                try pipeline.addHandler(StatusCheck(), position: .after(decoder))
                guard let prefix else { return }
                let encoder = try pipeline.handler(type: HTTPRequestEncoder.self)
                try pipeline.addHandler(AbsoluteForm(prefix: prefix), position: .after(encoder))
            }
        }
        return configuration
    }

    /// Whether a proxy is asked for the address itself, rather than for a connection to the service.
    private var isRelayed: Bool {
        guard case .proxy(let proxy) = route else { return false }
        return !proxy.isSOCKS && !request.address.isSecure
    }

    private func message() throws -> HTTPClient.Request {
        var headers = request.headers
        var text = request.address.text
        if isRelayed, case .proxy(let proxy) = route {
            let host = proxy.host.contains(":") ? "[\(proxy.host)]" : proxy.host
            text = "http://\(host):\(proxy.port)\(request.address.target)"
            if let credentials = proxy.credentials {
                headers.add(
                    name: "Proxy-Authorization", value: "Basic " + Data(credentials.utf8).base64EncodedString())
            }
        }
        return try HTTPClient.Request(
            url: text, method: request.method, headers: headers, body: request.content.map(RequestBody.body))
    }

    private static func authorization(_ proxy: ProxyChoice.Proxy) -> HTTPClient.Authorization? {
        proxy.credentials.map { .basic(credentials: Data($0.utf8).base64EncodedString()) }
    }

    /// The last word on where the connection leads, whatever was made of the address on the way.
    private static func check(_ channel: any Channel, leadsTo address: NetworkAddress) throws {
        guard let peer = channel.remoteAddress?.ipAddress, NetworkAddress(peer) == address else {
            throw StepError(
                StepError.forbiddenKind, "the connection leads to another address than \(address), which was checked")
        }
    }
}

/// Names the whole address in a request, as proxies want it (RFC 9112, section 3.2.2).
private final class AbsoluteForm: ChannelOutboundHandler {
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    private let prefix: String

    init(prefix: String) { self.prefix = prefix }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
        head.uri = prefix + head.uri
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }
}

/// Refuses responses whose status is below 100, which is none (RFC 9110, section 15).
///
/// The parser lets them through as whole responses, and the client takes all below 200 for interim ones: at the end of such
/// a response it would stop the process.
private final class StatusCheck: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = HTTPClientResponsePart

    private var hasRefused = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasRefused else { return }
        if case .head(let head) = unwrapInboundIn(data), head.status.code < 100 {
            hasRefused = true
            context.fireErrorCaught(HTTPParserError.invalidStatus)
            return context.close(promise: nil)
        }
        context.fireChannelRead(data)
    }
}

extension Duration {
    /// For the event loop; what is too long is cut.
    var timeAmount: TimeAmount {
        let (seconds, attoseconds) = components
        let whole = min(max(0, seconds), 366 * 86_400)
        return .nanoseconds(whole * 1_000_000_000 + max(0, attoseconds) / 1_000_000_000)
    }
}
