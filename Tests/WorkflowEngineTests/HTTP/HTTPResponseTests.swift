import DocumentTree
import Foundation
import Testing

@testable import WorkflowEngine

/// What comes of a response, good or bad.
@Suite struct HTTPResponseTests {
    let service: LoopbackService
    let call: HTTPCall
    var base: String { "http://127.0.0.1:\(service.port)" }

    init() throws {
        service = try LoopbackService.plain.get()
        call = try HTTPCall()
    }

    private func get(_ path: String, _ more: ValueMapping = [:]) -> Value {
        var parameters = more
        parameters["url"] = .string(base + path)
        return .mapping(parameters)
    }

    @Test func contentIsReadAsItSays() throws {
        #expect(try call.perform(get("/json?text=%7B%22a%22:[1]%7D"))["body"] == ["a": [1]])
        #expect(try call.perform(get("/json?text=%7B%22a%22:[1]%7D", ["response": "text"]))["body"] == #"{"a":[1]}"#)
        #expect(try call.perform(get("/json?text=1", ["response": "none"]))["body"] == nil as Value)
        #expect(try call.perform(get("/text?text=hallo"))["body"] == "hallo")
        #expect(try call.perform(get("/text?text=[1]", ["response": "json"]))["body"] == [1])
        #expect(try call.failure(get("/json?text=%7B%22a%22:")).kind == "json")
        #expect(try call.failure(get("/text?text=x", ["response": "json"])).kind == "json")
        #expect(try call.failure(get("/text?text=%FF%FE")).kind == "text")
    }

    @Test func packedContentIsUnpackedAndBounded() throws {
        #expect(try call.perform(get("/echo"))["body"]?["headers"]?["accept-encoding"] == "gzip")
        let outputs = try call.perform(get("/gzip/3"))
        #expect(outputs["body"] == ["zeros": "000"])
        #expect(outputs["size"] == 16)
        // printf '{"zeros": "000"}' | sha256sum
        let sum = "b28ef7ac21100e8b0773d264d23d1d5ef156c51069874622e957ee6315cf33df"
        #expect(try call.perform(get("/gzip/3", ["sha256": .string(sum)]))["sha256"] == .string(sum))
        // 100 kB that unpack to 100 MB.
        let bomb = try call.failure(get("/gzip/100000000"))
        #expect(bomb.kind == "too-large")
        #expect(try call.failure(get("/gzip/1000", ["limit": 1011])).kind == "too-large")
        #expect(try call.perform(get("/gzip/1000", ["limit": 1013]))["size"] == 1013)
        for fault in ["cut", "wrong", "plain"] {
            #expect(try call.failure(get("/gzip/3000/\(fault)")).kind == "encoding", "\(fault)")
        }
        let error = try call.failure(get("/gzip/3?status=500"))
        #expect(error.message.hasSuffix(#": {"zeros": "000"}"#))
    }

    @Test func fieldsAreOutputsButCookiesAreNot() throws {
        let outputs = try call.perform(get("/echo?token=geheim"))
        #expect(outputs["headers"]?["content-type"] == "application/json; charset=utf-8")
        #expect(outputs["headers"]?["set-cookie"] == nil)
        #expect(outputs["url"] == .string(base + "/echo?…"))
    }

    @Test(arguments: [(404, "http-4xx"), (500, "http-5xx"), (503, "http-5xx"), (429, "http-429"), (304, "http-3xx")])
    func statusesThatAreNoSuccessFailByTheirClass(status: Int, kind: String) throws {
        let error = try call.failure(get("/status/\(status)"))
        #expect(error.kind == kind)
        #expect(error.message.contains("\(status)"))
        #expect(status == 304 || error.message.contains(#"{"why": "because"}"#), "\(error.message)")
        let expected = try call.perform(get("/status/\(status)", ["expect": ["2xx", .integer(status)]]))
        #expect(expected["status"] == .integer(status))
        #expect(try call.failure(get("/status/200", ["expect": .integer(status)])).kind == "http-2xx")
    }

    /// RFC 9110, section 10.2.3; the time is 06 Nov 1994 08:36:40.
    @Test(arguments: [
        (429, "120", 120), (503, "1", 1), (429, "Sun, 06 Nov 1994 08:49:37 GMT", 777),
        (503, "99999999999999999999", 86_400),
        (429, "Sun, 06 Nov 1994 08:00:00 GMT", 0),
    ])
    func retryAfterIsHandedOn(status: Int, field: String, seconds: Int) throws {
        let words = try #require(field.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        let error = try call.failure(get("/status/\(status)?Retry-After=\(words)"))
        #expect(error.retryAfter == .seconds(seconds))
        #expect(try call.failure(get("/status/500?Retry-After=\(words)")).retryAfter == nil)
    }

    @Test func filesAppearWholeOrNotAtAll() throws {
        let outputs = try call.perform(get("/bytes/65537", ["to": "in/new.bin"]))
        #expect(outputs["size"] == 65_537)
        #expect(outputs["path"] == "in/new.bin")
        #expect(outputs["body"] == nil)
        let made = try Data(contentsOf: URL(filePath: call.folder.path + "/in/new.bin"))
        #expect(made == Data(count: 65_537))
        let digest = try #require(outputs["sha256"]?.string)
        #expect(try call.failure(get("/bytes/1", ["to": "in/new.bin"])).kind == "exists")
        #expect(
            try call.failure(get("/bytes/1", ["to": "in/new.bin", "overwrite": true, "sha256": .string(digest)])).kind
                == "checksum")
        #expect(try call.failure(get("/short", ["to": "in/other.bin"])).kind == "network")
        #expect(try call.failure(get("/status/500", ["to": "in/other.bin"])).kind == "http-5xx")
        #expect(try call.failure(get("/endless/200", ["to": "in/other.bin", "limit": 100_000])).kind == "too-large")
        #expect(try call.failure(get("/bytes/1", ["to": "../../outside.bin"])).kind == "outside")
        #expect(try FileManager.default.contentsOfDirectory(atPath: call.folder.path + "/in") == ["new.bin"])
        #expect(try Data(contentsOf: URL(filePath: call.folder.path + "/in/new.bin")) == made)
        _ = try call.perform(get("/bytes/65537", ["to": "in/new.bin", "overwrite": true, "sha256": .string(digest)]))
    }

    @Test func sizesAreBounded() throws {
        #expect(try call.failure(get("/bytes/1048577")).kind == "too-large")
        #expect(try call.perform(get("/bytes/1048577", ["limit": 1_048_577]))["size"] == 1_048_577)
        #expect(try call.failure(get("/endless/200")).kind == "too-large")
        #expect(try call.failure(get("/claims")).message.contains("10737418240"))
        // Of a failure no more is read than tells why.
        #expect(try call.failure(get("/endless/500")).kind == "http-5xx")
        #expect(try call.failure(get("/bytes/1", ["limit": 4_194_305])).kind == "parameters")
    }

    /// Each within its time, whatever the service does.
    @Test(arguments: [
        ("/hang", "timeout"), ("/silent-body", "timeout"), ("/trickle", "timeout"), ("/trickle-head", "timeout"),
        ("/short", "network"), ("/cut-chunk", "network"), ("/no-http", "http"), ("/fields", "http"),
        ("/lengths", "http"), ("/loop", "redirect"), ("/no-status", "http"),
    ])
    func badServicesAreClearFailuresWithinTheirTime(path: String, kind: String) throws {
        let started = ContinuousClock.now
        let error = try call.failure(get(path, ["timeout": kind == "timeout" ? "300ms" : "20s"]))
        #expect(error.kind == kind, "\(error.message)")
        #expect(error.message.contains(path), "\(error.message)")
        #expect(started.duration(to: .now) < .seconds(10))
    }

    @Test func moreThanTheLengthSaysIsLeftAside() throws {
        #expect(try call.perform(get("/long"))["body"] == "abc")
    }

    @Test func nobodyThereIsANetworkFailure() throws {
        // Port 1 (tcpmux) is nobody's.
        #expect(try call.failure(["url": "http://127.0.0.1:1/"]).kind == "network")
        let unknown = try call.failure(["url": "http://no-such-host.invalid/"])
        #expect(unknown.kind == "network")
        #expect(unknown.message.contains("no-such-host.invalid"))
    }

    @Test func everyAddressOfAHostIsTried() throws {
        // The service listens on IPv4 only; localhost may be ::1 first.
        #expect(try call.perform(["url": .string("http://localhost:\(service.port)/text?text=x")])["body"] == "x")
    }
}
