internal import NIOSSL

/// What a step says about TLS: whom it trusts, and its own certificate.
struct TransportSecurity: Sendable {
    private let authorities: [NIOSSLCertificate]?
    private let chain: [NIOSSLCertificate]
    private let key: NIOSSLPrivateKey?

    /// Longer texts are no certificates.
    private static let limit = 4 << 20

    /// - Throws: A `StepError` `tls` for what is neither a certificate nor a key, or of the class of a file that cannot be read.
    init(_ parameters: Parameters, folder: WorkFolder) throws(StepError) {
        func certificates(_ name: String) throws(StepError) -> [NIOSSLCertificate]? {
            guard let pem = try Self.pem(name, parameters, folder) else { return nil }
            guard let found = try? NIOSSLCertificate.fromPEMBytes(pem), !found.isEmpty else {
                throw StepError("tls", "with.tls.\(name): holds no certificate (PEM)")
            }
            return found
        }
        authorities = try certificates("ca")
        chain = try certificates("certificate") ?? []
        if let pem = try Self.pem("key", parameters, folder) {
            guard let key = try? NIOSSLPrivateKey(bytes: pem, format: .pem) else {
                throw StepError("tls", "with.tls.key: holds no private key (PEM, without a passphrase)")
            }
            self.key = key
        } else {
            key = nil
        }
        guard chain.isEmpty == (key == nil) else {
            throw Parameters.fault("tls: certificate and key belong together")
        }
    }

    /// The text of a PEM file, or the parameter where it is one itself.
    private static func pem(
        _ name: String, _ parameters: Parameters, _ folder: WorkFolder
    ) throws(StepError) -> [UInt8]? {
        guard let text = try parameters.text(name), !text.isEmpty else { return nil }
        if text.contains("-----BEGIN ") { return Array(text.utf8) }
        return try FileReader.all(try folder.existing(text), limit: limit)
    }

    /// The configuration of a connection.
    ///
    /// - Parameter presentsCertificate: Whether the service may see the client certificate.
    func configuration(presentsCertificate: Bool) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let authorities { configuration.trustRoots = .certificates(authorities) }
        if presentsCertificate, let key {
            configuration.certificateChain = chain.map { .certificate($0) }
            configuration.privateKey = .privateKey(key)
        }
        return configuration
    }
}
