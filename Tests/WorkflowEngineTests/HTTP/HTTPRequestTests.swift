import DocumentTree
import Foundation
import Testing

@testable import WorkflowEngine

/// What reaches a service.
@Suite struct HTTPRequestTests {
    let service: LoopbackService
    let call: HTTPCall
    var base: String { "http://127.0.0.1:\(service.port)" }

    init() throws {
        service = try LoopbackService.plain.get()
        call = try HTTPCall()
    }

    private func echo(_ parameters: ValueMapping) throws -> Value {
        var parameters = parameters
        if parameters["url"] == nil { parameters["url"] = .string(base + "/echo") }
        return try #require(call.perform(.mapping(parameters))["body"])
    }

    @Test func methodsQueriesAndFields() throws {
        let seen = try echo([
            "url": .string(base + "/echo/a b?x=1#top"), "method": "PATCH",
            "query": ["q": "ä&=", "list": [1, true, "z"], "none": nil],
            "headers": ["X-Own": "1", "User-Agent": "mine"],
            "body": "grün",
        ])
        #expect(seen["method"] == "PATCH")
        #expect(seen["path"] == "/echo/a%20b?x=1&q=%C3%A4%26%3D&list=1&list=true&list=z")
        #expect(seen["headers"]?["x-own"] == "1")
        #expect(seen["headers"]?["user-agent"] == "mine")
        #expect(seen["headers"]?["content-type"] == "text/plain; charset=utf-8")
        #expect(seen["headers"]?["host"] == .string("127.0.0.1:\(service.port)"))
        #expect(seen["headers"]?["content-length"] == "5")
        #expect(try echo([:])["method"] == "GET")
        #expect(try echo(["json": [:]])["method"] == "POST")
        for method in ["PUT", "DELETE", "OPTIONS"] {
            #expect(try echo(["method": .string(method)])["method"] == .string(method))
        }
        #expect(try call.perform(["url": .string(base + "/echo"), "method": "HEAD"])["size"] == 0)
    }

    @Test func everyRequestSaysWhichStepItIsAndToWhichTraceItBelongs() throws {
        let seen = try echo([:])
        #expect(seen["headers"]?["idempotency-key"] == "run-1/ask")
        // The correlation id is a trace id, and is taken as it is.
        let field = try #require(seen["headers"]?["traceparent"]?.string)
        #expect(field.wholeMatch(of: /00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01/) != nil)
        #expect(try echo(["headers": ["idempotency-key": "own"]])["headers"]?["idempotency-key"] == "own")
    }

    @Test func credentials() throws {
        // RFC 7617's example.
        let basic = try echo(["auth": ["basic": ["user": "Aladdin", "password": "open sesame"]]])
        #expect(basic["headers"]?["authorization"] == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
        #expect(
            try echo(["auth": ["bearer": "mF_9.B5f-4.1JqM"]])["headers"]?["authorization"] == "Bearer mF_9.B5f-4.1JqM")
    }

    @Test func formsAndJSON() throws {
        let form = try echo(["form": ["a": "1 & 2", "b": [true, 3]]])
        #expect(form["body"] == "a=1%20%26%202&b=true&b=3")
        #expect(form["headers"]?["content-type"] == "application/x-www-form-urlencoded")
        let json = try echo(["json": ["a": [1, nil, "ü"]]])
        // The service hands bytes back as Latin-1.
        #expect(json["body"] == #"{"a":[1,null,"Ã¼"]}"#)
        #expect(json["headers"]?["content-type"] == "application/json")
    }

    @Test func filesAreStreamed() throws {
        let size = 3_000_001
        try Data(repeating: 0x61, count: size).write(to: URL(filePath: call.folder.path + "/big.txt"))
        let whole = try echo(["file": "big.txt", "method": "PUT", "url": .string(base + "/bytes/0")])
        #expect(whole == "")
        try Data("abc".utf8).write(to: URL(filePath: call.folder.path + "/small.txt"))
        let seen = try echo(["file": "small.txt", "headers": ["Content-Type": "text/csv"]])
        #expect(seen["body"] == "abc")
        #expect(seen["headers"]?["content-type"] == "text/csv")
        #expect(try call.failure(["url": .string(base + "/echo"), "file": "/etc/passwd"]).kind == "outside")
        #expect(try call.failure(["url": .string(base + "/echo"), "file": "none"]).kind == "missing")
    }

    @Test func multipartFormsAreReadByOthers() throws {
        try Data("x,y\n1,2\n".utf8).write(to: URL(filePath: call.folder.path + "/a.csv"))
        let seen = try echo([
            "multipart": [
                "note": "hello", "count": 3,
                "data": ["file": "a.csv", "type": "text/csv", "filename": "sum\"m\r\ner.csv"],
                "more": [["value": "1"], ["value": "2"]],
            ]
        ])
        let type = try #require(seen["headers"]?["content-type"]?.string)
        let program = """
            import email, sys
            kind, body = sys.argv[1:]
            m = email.message_from_string("Content-Type: " + kind + "\\r\\n\\r\\n" + body)
            print([(p.get_param("name", header="content-disposition"), p.get_filename(), p.get_content_type(), p.get_payload()) for p in m.get_payload()])
            """
        let outcome = try ProgramCall(
            arguments: ["/usr/bin/env", "python3", "-c", program, type, try #require(seen["body"]?.string)],
            environment: ["PATH": "/usr/bin:/bin:/usr/local/bin:/root/.pyenv/shims"], directory: call.folder.path
        ).runBlocking()
        #expect(
            String(decoding: outcome.output, as: UTF8.self)
                == "[('note', None, 'text/plain', 'hello'), ('count', None, 'text/plain', '3'), "
                + "('data', 'sum%22m%0D%0Aer.csv', 'text/csv', 'x,y\\n1,2\\n'), "
                + "('more', None, 'text/plain', '1'), ('more', None, 'text/plain', '2')]\n")
    }

    static let faults: [(parameters: ValueMapping, word: String)] = [
        (["headers": ["A": "b\r\nC: d"]], "line break"), (["headers": ["Host": "other"]], "Host"),
        (["headers": ["Content-Length": "3"]], "Content-Length"), (["json": 1, "body": "x"], "only one"),
        (["method": "BREW"], "method"), (["auth": ["basic": ["user": "a:b", "password": "c"]]], "':'"),
        (["url": "http://u:p@127.0.0.1/"], "auth"), (["url": "ftp://127.0.0.1/"], "https://"),
        (["url": "http://127.0.0.1:99999/"], "port"), (["url": "http:///x"], "host"),
        (["url": "http://a b/"], "host"), (["url": "http://münchen.test/"], "xn--"), (["expect": "7xx"], "expect"),
        (["timeout": "soon"], "timeout"),
    ]

    @Test(arguments: faults)
    func badParametersAreNamed(parameters: ValueMapping, word: String) throws {
        var parameters = parameters
        if parameters["url"] == nil { parameters["url"] = .string(base + "/echo") }
        let error = try call.failure(.mapping(parameters))
        #expect(error.kind == "parameters")
        #expect(error.message.contains(word), "\(error.message)")
    }
}
