internal import AsyncHTTPClient
internal import NIOCore

/// Hands the content of a request to the client, files piece by piece: as fast as the service takes it.
enum RequestBody {
    static func body(_ content: RequestContent) -> HTTPClient.Body {
        if content.pieces.count == 1, case .bytes(let bytes) = content.pieces[0] {
            return .byteBuffer(ByteBuffer(bytes: bytes))
        }
        return .stream(contentLength: Int64(content.size)) { writer in
            // An empty piece tells on which loop the client is.
            writer.write(.byteBuffer(ByteBuffer())).flatMapWithEventLoop { _, loop in
                let done = loop.makePromise(of: Void.self)
                Feed(content.pieces, writer, done).next()
                return done.futureResult
            }
        }
    }

    /// Goes through the pieces. It stays on one event loop.
    private final class Feed: @unchecked Sendable {
        private var pieces: ArraySlice<RequestContent.Piece>
        private var reader: FileReader?
        private let writer: HTTPClient.Body.StreamWriter
        private let done: EventLoopPromise<Void>

        init(
            _ pieces: [RequestContent.Piece], _ writer: HTTPClient.Body.StreamWriter, _ done: EventLoopPromise<Void>
        ) {
            self.pieces = pieces[...]
            self.writer = writer
            self.done = done
        }

        func next() {
            do {
                guard let bytes = try nextBytes() else { return done.succeed() }
                writer.write(.byteBuffer(ByteBuffer(bytes: bytes))).hop(to: done.futureResult.eventLoop).whenComplete {
                    switch $0 {
                    // A turn of the loop for each piece: the stack stays flat, and the client can say stop.
                    case .success: self.done.futureResult.eventLoop.execute { self.next() }
                    case .failure(let error): self.done.fail(error)
                    }
                }
            } catch {
                done.fail(error)
            }
        }

        private func nextBytes() throws(StepError) -> [UInt8]? {
            while true {
                if let reader {
                    let bytes = try reader.next(256 << 10)
                    if !bytes.isEmpty { return bytes }
                    self.reader = nil
                }
                switch pieces.popFirst() {
                case .bytes(let bytes): return bytes
                case .file(let path, _): reader = try FileReader(path)
                case nil: return nil
                }
            }
        }
    }
}
