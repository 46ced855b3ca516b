import DocumentTree
import Foundation
import Testing

@testable import WorkflowEngine

/// A service on loopback that answers as its address says, well or badly; it ends with this value.
final class LoopbackService: Sendable {
    /// The one that speaks no TLS, for all tests.
    static let plain = Result { try LoopbackService() }

    let port: Int
    private let folder: TemporaryFolder
    // Only its end is asked for, by whoever holds the last reference.
    private nonisolated(unsafe) let process: ChildProcess

    /// - Parameter certificates: A folder with `server.pem`, `server.key` and `ca.pem`: the service then speaks TLS, and asks
    ///   for a client certificate where `asksWho`.
    init(certificates: String? = nil, asksWho: Bool = false) throws {
        folder = try TemporaryFolder()
        // Not by Foundation, whose processes keep the descriptors of others that are started meanwhile.
        process = try ChildProcess(
            arguments: ["/usr/bin/env", "python3", "-c", Self.program] + (certificates.map { [$0] } ?? [])
                + (asksWho ? ["ask"] : []),
            environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"].map {
                "\($0.key)=\($0.value)"
            },
            directory: folder.path)
        let answer = try ProgramCall(
            arguments: ["/bin/sh", "-c", "until [ -s port ]; do sleep 0.02; done; cat port"],
            environment: ["PATH": "/usr/bin:/bin"], directory: folder.path
        ).runBlocking(for: .seconds(60))
        let text = String(decoding: answer.output, as: UTF8.self)
        port = try #require(Int(text), "\(text)")
    }

    deinit {
        process.signalGroup(SIGKILL)
        _ = process.reap()
    }

    private static let program = #"""
        import gzip, http.server, json, os, socketserver, ssl, sys, threading, time, urllib.parse
        class Service(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            seen = {}
            def log_message(self, *arguments): pass
            def answer(self, status, body=b"", **fields):
                self.send_response(status)
                for name, value in fields.items(): self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD": self.wfile.write(body)
            def raw(self, text):
                self.wfile.write(text.encode()); self.wfile.flush(); self.close_connection = True
            def body(self):
                if self.headers.get("Transfer-Encoding") == "chunked":
                    whole = b""
                    while size := int(self.rfile.readline(), 16): whole += self.rfile.read(size); self.rfile.readline()
                    self.rfile.readline()
                    return whole
                return self.rfile.read(int(self.headers.get("Content-Length") or 0))
            def do(self):
                url = urllib.parse.urlsplit(self.path)
                query = dict(urllib.parse.parse_qsl(url.query))
                body = self.body()
                words = url.path.split("/")[1:]
                if url.netloc or words[0] == "echo":
                    peer = self.connection.getpeercert() if hasattr(self.connection, "getpeercert") else None
                    text = json.dumps({"method": self.command, "path": self.path, "body": body.decode("latin1"),
                        "headers": {k.lower(): v for k, v in self.headers.items()},
                        "peer": peer and dict(x[0] for x in peer["subject"]).get("commonName")})
                    return self.answer(200, text.encode(), Content_Type="application/json; charset=utf-8", Set_Cookie="id=geheim")
                if words[0] == "status":
                    return self.answer(int(words[1]), b'{"why": "because"}', **{k.replace("-", "_"): v for k, v in query.items()})
                if words[0] == "to": return self.answer(int(words[1]), b"elsewhere", Location=query["url"])
                if words[0] == "loop": return self.answer(302, Location="/loop")
                if words[0] == "hang": return time.sleep(30)
                if words[0] == "silent-body":
                    self.raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"); return time.sleep(30)
                if words[0] == "trickle":
                    self.raw("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                    try:
                        for _ in range(300): self.wfile.write(b"x"); self.wfile.flush(); time.sleep(0.1)
                    except OSError: pass
                    return
                if words[0] == "trickle-head":
                    try:
                        for _ in range(300): self.wfile.write(b"H"[:1] if _ == 0 else b""); self.wfile.flush(); time.sleep(0.1)
                    except OSError: pass
                    return
                if words[0] == "short": return self.raw("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc")
                if words[0] == "cut-chunk": return self.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\nabc")
                if words[0] == "long": return self.raw("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef")
                if words[0] == "lengths": return self.raw("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 6\r\n\r\nabcdef")
                if words[0] == "claims": return self.raw("HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\nabc")
                if words[0] == "no-status": return self.raw("HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n")
                if words[0] == "no-http": return self.raw("SSH-2.0-OpenSSH_9.2\r\n")
                if words[0] == "fields":
                    self.raw("HTTP/1.1 200 OK\r\n")
                    try:
                        while True: self.wfile.write(b"X-Field: " + b"y" * 1000 + b"\r\n")
                    except OSError: return
                if words[0] == "endless":
                    self.raw(f"HTTP/1.1 {words[1]} OK\r\n\r\n")
                    try:
                        while True: self.wfile.write(b"z" * 65536)
                    except OSError: return
                if words[0] == "json": return self.answer(200, query["text"].encode(), Content_Type="application/json")
                if words[0] == "text": return self.answer(200, urllib.parse.unquote_to_bytes(url.query.split("=")[1]), Content_Type="text/plain")
                if words[0] == "gzip":
                    packed = gzip.compress(b'{"zeros": "' + b"0" * int(words[1]) + b'"}')
                    if words[2:] == ["cut"]: packed = packed[:-12]
                    if words[2:] == ["wrong"]: packed = packed[:-8] + bytes(8)
                    if words[2:] == ["plain"]: packed = b"no gzip"
                    return self.answer(int(query.get("status", 200)), packed, Content_Encoding="GZIP", Content_Type="application/json")
                if words[0] == "bytes": return self.answer(200, bytes(int(words[1])), Content_Type="application/octet-stream")
                self.answer(404, b"no such path")
            do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do
            def do_CONNECT(self): self.answer(403)
        class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads = True
            def handle_error(self, *arguments): pass
            def get_request(self):
                connection, peer = self.socket.accept()
                if not tls: return connection, peer
                connection.settimeout(20)
                return tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), peer
        tls = None
        if len(sys.argv) > 1:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(sys.argv[1] + "/server.pem", sys.argv[1] + "/server.key")
            if sys.argv[2:] == ["ask"]:
                tls.load_verify_locations(sys.argv[1] + "/ca.pem")
                tls.verify_mode = ssl.CERT_REQUIRED
        server = Server(("127.0.0.1", 0), Service)
        with open("port.new", "w") as file: file.write(str(server.server_port))
        os.rename("port.new", "port")
        parent = os.getppid()
        def watch():  # the end of the tests is the service's
            while os.getppid() == parent: time.sleep(1)
            os._exit(0)
        threading.Thread(target=watch, daemon=True).start()
        server.serve_forever()
        """#
}

/// Calls of the kind, as its own process does them.
struct HTTPCall {
    let folder: TemporaryFolder
    var facts: ValueMapping = [:]
    var environment: [String: String] = [:]

    init() throws { folder = try TemporaryFolder() }

    /// The outputs of a call; what it prints is left aside.
    func perform(_ parameters: Value) throws -> Value {
        var request: ValueMapping = [
            "kind": "http", "with": parameters, "run": "run-1", "step": "ask", "attempt": 1,
            "idempotency_key": "run-1/ask", "correlation_id": "4bf92f3577b34da6a3ce929d0e0e4736",
            "directory": .string(folder.path),
        ]
        for (name, value) in facts.entries { request[name] = value }
        return .mapping(
            try KindWork.perform(.mapping(request), environment: environment, now: 784_111_000, print: { _ in }))
    }

    /// The failure of a call that must fail.
    func failure(
        _ parameters: Value, at location: SourceLocation = #_sourceLocation
    ) throws -> StepError {
        do {
            let outputs = try perform(parameters)
            Issue.record("it answered \(outputs)", sourceLocation: location)
        } catch let error as StepError {
            return error
        }
        return StepError("none", "")
    }
}
