internal import AsyncHTTPClient
internal import Crypto
internal import DocumentTree
internal import NIOCore
internal import NIOHTTP1

/// Takes a response in, piece by piece: into memory, or into a file. What is too large is not read to its end.
///
/// It is not locked: the client calls it on one event loop, and it is read only after the client has said, through a future,
/// that the request is over.
final class ResponseSink: HTTPClientResponseDelegate, @unchecked Sendable {
    /// What is to be done with a response.
    struct Plan {
        /// The statuses that are a success.
        var expected: StatusSet
        var followsRedirects: Bool
        /// The most bytes that the content of an expected response may have.
        var limit: Int
        /// Where the content goes; nil for memory.
        var file: AtomicFile?
        /// Whether the content's SHA-256 is an output.
        var isHashed: Bool
    }

    /// How much of a response that is no success is read: enough to say why.
    private static let excerptLimit = 64 << 10

    private let plan: Plan
    private let method: HTTPMethod
    private(set) var head: HTTPResponseHead?
    /// The content, or the beginning of that of a response that is no success.
    private(set) var bytes: [UInt8] = []
    /// How many bytes of content there were.
    private(set) var size = 0
    private var hash = SHA256()
    /// Whether something was sent: a request that may have arrived must not be sent to another address.
    private(set) var hasSent = false

    init(_ plan: Plan, method: HTTPMethod) {
        self.plan = plan
        self.method = method
    }

    /// That the rest of a response is not wanted.
    struct Enough: Error {}

    private var isWanted: Bool { head.map { plan.expected.contains(Int($0.status.code)) && !isRedirect } ?? false }

    /// Whether the response says to ask elsewhere, and that is to be done.
    var isRedirect: Bool {
        guard plan.followsRedirects, let head, head.headers.contains(name: "location") else { return false }
        return [301, 302, 303, 307, 308].contains(head.status.code)
    }

    /// The SHA-256 of what went to the file.
    var sha256: String { hash.finalize().hexadecimal }

    func didSendRequestHead(task: HTTPClient.Task<Void>, _ head: HTTPRequestHead) { hasSent = true }

    func didReceiveHead(task: HTTPClient.Task<Void>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        self.head = head
        let announced = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        return task.eventLoop.makeCompletedFuture {
            if isWanted, method != .HEAD, announced > plan.limit { throw tooLarge("has \(announced) bytes") }
        }
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Void>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        task.eventLoop.makeCompletedFuture { try take(buffer) }
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) {}

    private func take(_ buffer: ByteBuffer) throws {
        size += buffer.readableBytes
        guard isWanted else {
            bytes += buffer.readableBytesView
            if size > Self.excerptLimit { throw Enough() }
            return
        }
        guard size <= plan.limit else { throw tooLarge("is larger") }
        guard let file = plan.file else {
            bytes += buffer.readableBytesView
            return
        }
        buffer.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
        try file.write(buffer.readableBytesView)
    }

    private func tooLarge(_ what: String) -> StepError {
        StepError("too-large", "the response's content \(what); 'limit' allows \(plan.limit) bytes")
    }
}

/// Statuses of responses, as `expect` names them.
struct StatusSet: Sendable {
    private let codes: Set<Int>

    /// - Parameter words: Statuses such as `204`, and classes such as `2xx`.
    init(_ words: [String]) throws(StepError) {
        var codes: Set<Int> = []
        for word in words {
            if let code = Int(word), (100...599).contains(code) {
                codes.insert(code)
            } else if word.count == 3, word.hasSuffix("xx"), let digit = word.first?.wholeNumberValue,
                (1...5).contains(digit)
            {
                codes.formUnion(digit * 100..<(digit + 1) * 100)
            } else {
                throw Parameters.fault("expect: '\(word.prefix(20))' is no status")
            }
        }
        self.codes = codes
    }

    func contains(_ code: Int) -> Bool { codes.contains(code) }
}
