using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vigil.Tests.Support;

/// <summary>A certificate authority of the test's own and what it signs, as PEM files in a folder.</summary>
sealed class TestCertificates : IDisposable
{
    static readonly DateTimeOffset s_from = TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(1);
    static readonly DateTimeOffset s_to = s_from + TimeSpan.FromDays(30);

    readonly X509Certificate2 _authority;
    readonly string _folder;

    /// <param name="folder">Where the files go; it exists.</param>
    internal TestCertificates(string folder)
    {
        _folder = folder;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Vigil test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _authority = request.CreateSelfSigned(s_from, s_to);
        AuthorityFile = Write("authority.pem", _authority.ExportCertificatePem());
    }

    /// <summary>The authority's certificate.</summary>
    internal string AuthorityFile { get; }

    /// <summary>Signs a certificate for 127.0.0.1, localhost and a common name.</summary>
    /// <returns>The files of the certificate and of its private key (PKCS#8, no password).</returns>
    internal (string Certificate, string Key) Issue(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: false));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_authority, true, false));
        using var certificate = request.Create(_authority, s_from, s_to, Guid.NewGuid().ToByteArray());
        return (Write($"{name}.pem", certificate.ExportCertificatePem()), Write($"{name}.key.pem", key.ExportPkcs8PrivateKeyPem()));
    }

    public void Dispose() => _authority.Dispose();

    string Write(string name, string pem)
    {
        string file = Path.Combine(_folder, name);
        File.WriteAllText(file, pem + "\n");
        return file;
    }
}
