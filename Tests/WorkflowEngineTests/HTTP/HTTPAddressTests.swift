import DocumentTree
import Testing
import WorkflowLanguage

@testable import WorkflowEngine

@Suite struct HTTPAddressTests {
    @Test(arguments: [
        ("HTTP://Example.TEST", "http://example.test/"), ("https://example.test:443/a", "https://example.test/a"),
        ("http://example.test.:8080?x=ü", "http://example.test:8080/?x=%C3%BC"),
        ("http://0x7f.1/", "http://127.0.0.1/"), ("http://017700000001/", "http://127.0.0.1/"),
        ("http://[0:0:0:0:0:0:0:1]:81/", "http://[::1]:81/"), ("http://a.test/%41 \"<#f", "http://a.test/%41%20%22%3C"),
    ])
    func oneSpellingOfAnAddress(text: String, canonical: String) throws {
        #expect(try HTTPAddress(text).text == canonical)
    }

    /// RFC 3986, section 5.4.1.
    @Test(arguments: [
        ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"), ("/g", "http://a/g"),
        ("//g", "http://g/"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"), ("#s", "http://a/b/c/d;p?q"),
        (";x", "http://a/b/c/;x"), ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"), ("..", "http://a/b/"),
        ("../g", "http://a/b/g"), ("../../g", "http://a/g"), ("../../../../g", "http://a/g"),
    ])
    func referencesAreResolved(reference: String, whole: String) throws {
        #expect(try HTTPAddress("http://a/b/c/d;p?q").resolving(reference).text == whole)
    }

    @Test(arguments: [
        "169.254.169.254", "169.254.0.1", "0.0.0.0", "0.1.2.3", "255.255.255.255", "224.0.0.1", "::", "fe80::1",
        "febf::1",
        "ff02::1", "::ffff:169.254.169.254", "::169.254.169.254", "::ffff:0:169.254.169.254", "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1", "fd00:ec2::254", "100.100.100.200", "::ffff:0.0.0.0",
    ])
    func someAddressesAreRefused(text: String) throws {
        #expect(try #require(NetworkAddress(text)).reasonToRefuse != nil)
    }

    @Test(arguments: [
        "127.0.0.1", "::1", "10.0.0.1", "192.168.1.1", "::ffff:127.0.0.1", "2001:db8::1", "fd12::1", "1.1.1.1",
    ])
    func othersAreNot(text: String) throws {
        #expect(try #require(NetworkAddress(text)).reasonToRefuse == nil)
    }

    @Test func theHostOfACallIsKnownBeforeItIsMade() {
        #expect(requestedHost(of: KindName("http"), ["url": "https://API.example.test./x"]) == "api.example.test")
        #expect(requestedHost(of: KindName("notify"), ["webhook": "https://chat.test:8443/x"]) == "chat.test")
        #expect(requestedHost(of: KindName("notify"), ["command": "true"]) == nil)
        #expect(requestedHost(of: KindName("http"), ["url": "nonsense"]) == nil)
    }

    /// W3C Trace Context, section 3.2.2.3: not all zeros, lower case.
    @Test func tracesFollowTheCorrelation() {
        func id(_ text: String) -> String { TraceContext(correlationID: text, key: "k", attempt: 1).traceID }
        #expect(id("4bf92f35-77b3-4da6-a3ce-929d0e0e4736") == "4bf92f3577b34da6a3ce929d0e0e4736")
        // sha256sum of "abc".
        #expect(id("abc") == "ba7816bf8f01cfea414140de5dae2223")
        #expect(id("00000000000000000000000000000000") != "00000000000000000000000000000000")
        let first = TraceContext(correlationID: "abc", key: "k", attempt: 1)
        #expect(first.parentID != TraceContext(correlationID: "abc", key: "k", attempt: 2).parentID)
    }
}
