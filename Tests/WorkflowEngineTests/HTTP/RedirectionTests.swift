import DocumentTree
import Foundation
import Testing

@testable import WorkflowEngine

@Suite struct RedirectionTests {
    let service: LoopbackService
    let other: LoopbackService
    let call: HTTPCall

    init() throws {
        service = try LoopbackService.plain.get()
        other = try LoopbackService()
        call = try HTTPCall()
    }

    private func url(_ status: Int, to target: String) throws -> Value {
        let words = try #require(target.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        return .string("http://127.0.0.1:\(service.port)/to/\(status)?url=\(words)")
    }

    /// RFC 9110, sections 15.4.2 to 15.4.9.
    @Test(arguments: [
        (301, "POST", "GET", ""), (302, "POST", "GET", ""), (303, "PUT", "GET", ""), (303, "HEAD", "HEAD", ""),
        (307, "POST", "POST", "abc"), (308, "PUT", "PUT", "abc"), (301, "PUT", "PUT", "abc"),
    ])
    func methodsAndContentFollowAsTheStatusSays(status: Int, method: String, then: String, body: String) throws {
        var parameters: ValueMapping = ["url": try url(status, to: "/echo"), "method": .string(method)]
        if method != "HEAD" { parameters["body"] = "abc" }
        let outputs = try call.perform(.mapping(parameters))
        guard method != "HEAD" else { return #expect(outputs["status"] == 200) }
        #expect(outputs["body"]?["method"] == .string(then))
        #expect(outputs["body"]?["body"] == .string(body))
        #expect((outputs["body"]?["headers"]?["content-type"] == nil) == body.isEmpty)
    }

    @Test func credentialsStayWithTheirOrigin() throws {
        let own: ValueMapping = [
            "auth": ["bearer": "token"], "headers": ["X-Api-Key": "key", "Cookie": "a=b", "Accept": "text/x"],
        ]
        var parameters = own
        parameters["url"] = try url(302, to: "/echo")
        let same = try call.perform(.mapping(parameters))["body"]?["headers"]
        #expect(same?["authorization"] == "Bearer token")
        #expect(same?["x-api-key"] == "key")
        parameters["url"] = try url(307, to: "http://127.0.0.1:\(other.port)/echo")
        let elsewhere = try call.perform(.mapping(parameters))["body"]?["headers"]
        #expect(elsewhere?["authorization"] == nil)
        #expect(elsewhere?["x-api-key"] == nil)
        #expect(elsewhere?["cookie"] == nil)
        #expect(elsewhere?["accept"] == "text/x")
        #expect(elsewhere?["host"] == .string("127.0.0.1:\(other.port)"))
    }

    @Test func theirNumberIsBounded() throws {
        let loop = Value.string("http://127.0.0.1:\(service.port)/loop")
        let error = try call.failure(["url": loop, "redirects": 3])
        #expect(error.kind == "redirect")
        #expect(error.message.hasSuffix("'redirects' allows 3"), "\(error.message)")
        #expect(try call.failure(["url": loop, "redirects": 0]).kind == "http-3xx")
        #expect(try call.perform(["url": loop, "redirects": 0, "expect": 302])["headers"]?["location"] == "/loop")
    }

    @Test(arguments: [
        ("http://169.254.169.254/latest", "forbidden"), ("http://[fe80::1]/", "forbidden"),
        ("http://2852039166/", "forbidden"), ("ftp://example.test/", "redirect"),
        ("http://user@127.0.0.1/", "redirect"),
    ])
    func whereTheyLeadIsJudgedAnew(target: String, kind: String) throws {
        #expect(try call.failure(["url": url(302, to: target)]).kind == kind)
    }

    @Test func hostsOfTheSettingsBoundThemToo() throws {
        var call = call
        call.facts = ["hosts": ["127.0.0.1"]]
        #expect(try call.perform(["url": url(302, to: "/echo")])["status"] == 200)
        let error = try call.failure(["url": url(302, to: "http://localhost:\(other.port)/echo")])
        #expect(error.kind == "forbidden")
        #expect(error.message.contains("localhost"))
        #expect(try call.failure(["url": "http://localhost/"]).kind == "forbidden")
    }
}
