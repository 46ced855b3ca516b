internal import AsyncHTTPClient
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// What went wrong with a request, in the classes by which `retry.on` selects, and in words.
struct ExchangeFailure {
    let address: HTTPAddress
    let route: HTTPExchange.Route

    /// Where it was connected to, for people.
    private var peer: String {
        if case .proxy(let proxy) = route { return "the proxy \(proxy.host):\(proxy.port), for \(address.authority)" }
        return address.authority
    }

    func describe(_ error: any Error) -> StepError {
        switch error {
        case let error as StepError: return error
        case let error as HTTPClientError: return describe(error)
        case let error as HTTPParserError:
            guard error != .invalidEOFState else { return cut }
            return StepError("http", "\(address.shown) answers with what is no HTTP: \(error)")
        case let error as NIOConnectionError:
            let reason = error.connectionErrors.first.map { describe($0.error).message }
            return StepError("network", reason ?? "cannot connect to \(peer): there is no such host")
        case ChannelError.connectTimeout:
            return StepError("timeout", "connecting to \(peer) took longer than 'connect-timeout'")
        case let error as IOError:
            return StepError("network", "cannot connect to \(peer): \(String(cString: strerror(error.errnoCode)))")
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            return StepError("tls", "no encrypted connection to \(address.authority): \(Self.reason("\(error)"))")
        default: return StepError("network", "\(address.shown): \(error)")
        }
    }

    private var cut: StepError {
        StepError("network", "\(address.shown): the connection was closed before the response was whole")
    }

    private func describe(_ error: HTTPClientError) -> StepError {
        switch error {
        case .connectTimeout, .socksHandshakeTimeout, .httpProxyHandshakeTimeout, .tlsHandshakeTimeout,
            .getConnectionFromPoolTimeout:
            StepError("timeout", "connecting to \(peer) took longer than 'connect-timeout'")
        case .deadlineExceeded, .readTimeout, .writeTimeout, .cancelled:
            StepError("timeout", "\(address.shown) took longer than 'timeout'")
        case .remoteConnectionClosed, .uncleanShutdown: cut
        case .proxyAuthenticationRequired: StepError("proxy", "\(peer), wants a name and a password")
        case .invalidProxyResponse: StepError("proxy", "\(peer), refuses the connection")
        case .bodyLengthMismatch: StepError("file", "a file changed while it was sent")
        default: StepError("http", "\(address.shown): \(error.shortDescription)")
        }
    }

    /// What is wrong, out of the library's words: `…:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED at …`.
    private static func reason(_ text: String) -> String {
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return "its certificate is not trusted: it has expired, is for another name, or nobody known vouches for it"
        }
        if text.contains("failedToValidateHostname") || text.contains("unableToValidateCertificate") {
            return "its certificate is for another name"
        }
        guard let start = text.firstRange(of: "OPENSSL_internal:")?.upperBound else { return text }
        return text[start...].prefix { $0.isUppercase || $0 == "_" || $0.isNumber }.lowercased()
            .replacing("_", with: " ")
    }
}
