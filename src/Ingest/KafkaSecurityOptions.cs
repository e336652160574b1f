using System.ComponentModel.DataAnnotations;

namespace Vigil.Ingest;

/// <summary>Whether the way to Kafka is encrypted, and whether the client says who it is.</summary>
public enum KafkaProtocol
{
    /// <summary>Neither: for one machine, or a network that is trusted whole.</summary>
    Plaintext,

    /// <summary>TLS; the client says who it is by a certificate, where it has one.</summary>
    Ssl,

    /// <summary>A name and a secret without TLS.</summary>
    SaslPlaintext,

    /// <summary>A name and a secret inside TLS.</summary>
    SaslSsl,
}

/// <summary>How a client says who it is (SASL).</summary>
public enum KafkaMechanism
{
    /// <summary>User and password as they are; inside TLS only.</summary>
    Plain,

    /// <summary>A challenge, so that the password is not sent; RFC 5802 with SHA-256.</summary>
    ScramSha256,

    /// <summary>The same with SHA-512.</summary>
    ScramSha512,

    /// <summary>A token that an OpenID Connect server hands out for a client's id and secret.</summary>
    OAuthBearer,
}

/// <summary>
/// TLS and SASL for Kafka. Secrets come from files or the environment; there is no option of the command line for them, and none is ever logged.
/// Files are read when a client is made.
/// </summary>
public sealed class KafkaSecurityOptions : IValidatableObject
{
    /// <summary>The protocol of the brokers' listener. The default is plaintext.</summary>
    public KafkaProtocol Protocol { get; set; }

    /// <summary>How the client says who it is; required with SASL, and only there.</summary>
    public KafkaMechanism? Mechanism { get; set; }

    /// <summary>A PEM file of the authorities that the brokers' certificates must come from. The default is the system's.</summary>
    public string? CaFile { get; set; }

    /// <summary>A PEM file of the client's own certificate and those between it and its authority; none by default.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>A PEM file of the client certificate's private key.</summary>
    public string? KeyFile { get; set; }

    /// <summary>A file that holds the private key's password, where it has one.</summary>
    public string? KeyPasswordFile { get; set; }

    /// <summary>The user, or the client's id with OAuthBearer.</summary>
    public string? User { get; set; }

    /// <summary>The user's password, or the client's secret: for the environment, Vigil__Kafka__Security__Password.</summary>
    public string? Password { get; set; }

    /// <summary>A file that holds it, instead of <see cref="Password"/>.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>With OAuthBearer: where tokens are handed out, https://...</summary>
    public Uri? TokenEndpoint { get; set; }

    /// <summary>With OAuthBearer: the scope that is asked for; none by default.</summary>
    public string? Scope { get; set; }

    bool IsSasl => Protocol is KafkaProtocol.SaslPlaintext or KafkaProtocol.SaslSsl;

    bool IsTls => Protocol is KafkaProtocol.Ssl or KafkaProtocol.SaslSsl;

    /// <summary>What contradicts itself or is missing.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (IsSasl && Mechanism is null)
            yield return Problem("Mechanism is empty; SASL needs Plain, ScramSha256, ScramSha512 or OAuthBearer", nameof(Mechanism));
        if (!IsSasl && Mechanism is not null) yield return Problem($"Mechanism is for SASL; Protocol is {Protocol}, and SaslSsl is expected", nameof(Protocol));
        if (IsSasl && string.IsNullOrEmpty(User)) yield return Problem("User is empty; SASL needs one", nameof(User));
        if (IsSasl && string.IsNullOrEmpty(Password) == string.IsNullOrEmpty(PasswordFile))
            yield return Problem("SASL needs a password: either PasswordFile, or Password from the environment", nameof(PasswordFile));
        if (Mechanism == KafkaMechanism.OAuthBearer && TokenEndpoint is null)
            yield return Problem("TokenEndpoint is empty; OAuthBearer needs one", nameof(TokenEndpoint));
        if (!IsTls && (CaFile ?? CertificateFile ?? KeyFile) is not null)
            yield return Problem($"Certificates are for TLS; Protocol is {Protocol}, and Ssl or SaslSsl is expected", nameof(Protocol));
        if (string.IsNullOrEmpty(CertificateFile) != string.IsNullOrEmpty(KeyFile))
            yield return Problem("A client certificate needs both CertificateFile and KeyFile", nameof(CertificateFile));
    }

    static ValidationResult Problem(string message, string member) => new(message, [$"{nameof(IngestOptions.Security)}:{member}"]);
}
