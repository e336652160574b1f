using Confluent.Kafka;

namespace Vigil.Ingest;

/// <summary>Puts the options of TLS and SASL into a client's settings.</summary>
static class KafkaSecurity
{
    /// <exception cref="IOException">A file of a secret cannot be read.</exception>
    internal static void Apply(KafkaSecurityOptions options, ClientConfig config)
    {
        config.SecurityProtocol = options.Protocol switch
        {
            KafkaProtocol.Plaintext => null, // the client's own default, so that Client:security.protocol still counts
            KafkaProtocol.Ssl => SecurityProtocol.Ssl,
            KafkaProtocol.SaslPlaintext => SecurityProtocol.SaslPlaintext,
            KafkaProtocol.SaslSsl => SecurityProtocol.SaslSsl,
            _ => throw new InvalidOperationException($"There is no protocol {options.Protocol}."),
        };
        if (options.CaFile is { } authorities) config.SslCaLocation = authorities;
        if (options.CertificateFile is { } certificate) config.SslCertificateLocation = certificate;
        if (options.KeyFile is { } key) config.SslKeyLocation = key;
        if (options.KeyPasswordFile is { } password) config.SslKeyPassword = Secret(password);
        if (options.Mechanism is { } mechanism) ApplySasl(options, mechanism, config);
    }

    static void ApplySasl(KafkaSecurityOptions options, KafkaMechanism mechanism, ClientConfig config)
    {
        string? secret = options.PasswordFile is { Length: > 0 } file ? Secret(file) : options.Password;
        if (mechanism == KafkaMechanism.OAuthBearer)
        {
            config.SaslMechanism = SaslMechanism.OAuthBearer;
            config.SaslOauthbearerMethod = SaslOauthbearerMethod.Oidc;
            config.SaslOauthbearerTokenEndpointUrl = options.TokenEndpoint?.AbsoluteUri;
            config.SaslOauthbearerClientId = options.User;
            config.SaslOauthbearerClientSecret = secret;
            if (options.Scope is { } scope) config.SaslOauthbearerScope = scope;
            if (options.CaFile is { } authorities) config.Set("https.ca.location", authorities);
            return;
        }
        config.SaslMechanism = mechanism switch
        {
            KafkaMechanism.Plain => SaslMechanism.Plain,
            KafkaMechanism.ScramSha256 => SaslMechanism.ScramSha256,
            KafkaMechanism.ScramSha512 => SaslMechanism.ScramSha512,
            _ => throw new InvalidOperationException($"There is no mechanism {mechanism}."),
        };
        config.SaslUsername = options.User;
        config.SaslPassword = secret;
    }

    /// <summary>A secret as files hold it: an editor's or a shell's line end behind it is not part of it.</summary>
    static string Secret(string file) => File.ReadAllText(file).TrimEnd('\r', '\n');
}
