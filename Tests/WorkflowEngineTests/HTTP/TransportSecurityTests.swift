import DocumentTree
import Foundation
import Testing

@testable import WorkflowEngine

@Suite struct TransportSecurityTests {
    let call: HTTPCall

    /// An authority, a server's certificate for `localhost`, an expired one, and a client's; made by openssl(1).
    init() throws {
        call = try HTTPCall()
        let script = """
            exec 2>/dev/null
            new() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout $1.key -subj "/CN=$2" -out $1.csr; }
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -out ca.pem -subj /CN=authority -days 2
            new server service && printf 'subjectAltName=DNS:localhost,IP:127.0.0.1' > ext
            openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile ext -days 1 -out server.pem
            new client ada && openssl x509 -req -in client.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 1 -out client.pem
            mkdir old other && cp ca.pem server.key old && cp ca.pem other
            openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile ext -days -1 -out old/server.pem
            printf 'subjectAltName=DNS:elsewhere.test' > ext
            openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile ext -days 1 -out other/server.pem
            cp server.key other
            """
        let outcome = try ProgramCall(
            arguments: ["/bin/sh", "-c", script], environment: ["PATH": "/usr/bin:/bin", "RANDFILE": "/dev/null"],
            directory: call.folder.path
        ).runBlocking()
        try #require(outcome.exit == 0)
    }

    @Test func onlyKnownAuthoritiesAreTrusted() throws {
        let service = try LoopbackService(certificates: call.folder.path)
        for host in ["localhost", "127.0.0.1"] {
            let url = Value.string("https://\(host):\(service.port)/echo")
            #expect(try call.perform(["url": url, "tls": ["ca": "ca.pem"]])["status"] == 200)
            let error = try call.failure(["url": url])
            #expect(error.kind == "tls")
            #expect(error.message.contains("not trusted"), "\(error.message)")
        }
        let text = try #require(call.folder.read("ca.pem"))
        let url = Value.string("https://localhost:\(service.port)/echo")
        #expect(try call.perform(["url": url, "tls": ["ca": .string(text)]])["status"] == 200)
    }

    @Test(arguments: ["old", "other"])
    func certificatesMustBeValidAndForTheHost(folder: String) throws {
        let service = try LoopbackService(certificates: "\(call.folder.path)/\(folder)")
        let error = try call.failure([
            "url": .string("https://localhost:\(service.port)/echo"), "tls": ["ca": "ca.pem"],
        ])
        #expect(error.kind == "tls", "\(error.message)")
    }

    @Test func aClientCertificateSaysWhoAsks() throws {
        let service = try LoopbackService(certificates: call.folder.path, asksWho: true)
        let url = Value.string("https://localhost:\(service.port)/echo")
        let key = try #require(call.folder.read("client.key"))
        let outputs = try call.perform([
            "url": url, "tls": ["ca": "ca.pem", "certificate": "client.pem", "key": .string(key)],
        ])
        #expect(outputs["body"]?["peer"] == "ada")
        #expect(["tls", "network"].contains(try call.failure(["url": url, "tls": ["ca": "ca.pem"]]).kind))
    }

    @Test func whatIsNoCertificateIsNamed() throws {
        let url: Value = "https://localhost/"
        #expect(try call.failure(["url": url, "tls": ["ca": "client.key"]]).message.contains("with.tls.ca"))
        #expect(
            try call.failure(["url": url, "tls": ["certificate": "client.pem"]]).message.contains("belong together"))
        let error = try call.failure(["url": url, "tls": ["certificate": "client.pem", "key": "-----BEGIN geheim"]])
        #expect(error.message.contains("with.tls.key") && !error.message.contains("geheim"))
    }

    @Test func plainServicesSpeakNoTLSAndNothingIsSentDownFromIt() throws {
        let plain = try LoopbackService.plain.get()
        let error = try call.failure(["url": .string("https://localhost:\(plain.port)/")])
        #expect(error.kind == "tls", "\(error.message)")
        let service = try LoopbackService(certificates: call.folder.path)
        let down = try call.failure([
            "url": .string(
                "https://localhost:\(service.port)/to/302?url=http%3A%2F%2F127.0.0.1%3A\(plain.port)%2Fecho"),
            "tls": ["ca": "ca.pem"],
        ])
        #expect(down.kind == "redirect")
        #expect(down.message.contains("not encrypted"))
    }
}
