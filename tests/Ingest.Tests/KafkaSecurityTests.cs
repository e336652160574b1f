using System.Buffers.Text;
using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Tests.Support;
using Xunit;

namespace Vigil.Ingest.Tests;

public sealed class KafkaSecurityTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>One broker for all of them: it takes seconds to start.</summary>
    [Fact]
    public async Task Every_mechanism_writes_and_reads_through_TLS_and_what_is_wrong_is_refused()
    {
        await using var kafka = await SecureKafka.StartAsync();
        string passwordFile = Path.GetTempFileName();
        await File.WriteAllTextAsync(passwordFile, SecureKafka.Password + "\n", Cancellation);
        using var tokens = new TokenEndpoint();

        foreach (var mechanism in Enum.GetValues<KafkaMechanism>())
        {
            var options = Options(kafka.Sasl, KafkaProtocol.SaslSsl);
            (options.Security.Mechanism, options.Security.User) = (mechanism, SecureKafka.User);
            (options.Security.CaFile, options.Security.PasswordFile) = (kafka.Certificates.AuthorityFile, passwordFile);
            if (mechanism == KafkaMechanism.OAuthBearer)
            {
                (options.Security.TokenEndpoint, options.Security.Scope) = (tokens.Address, "vigil");
            }
            await AssertWritesAndReadsAsync(options);
        }
        Assert.Contains("scope=vigil", tokens.LastBody);

        var (certificate, key) = kafka.Certificates.Issue("scorer");
        var mutual = Options(kafka.Mutual, KafkaProtocol.Ssl);
        (mutual.Security.CaFile, mutual.Security.CertificateFile, mutual.Security.KeyFile) = (kafka.Certificates.AuthorityFile, certificate, key);
        await AssertWritesAndReadsAsync(mutual);

        await AssertFactsAreReadUntilRefusedAsync(mutual, kafka);

        var withoutCertificate = Options(kafka.Mutual, KafkaProtocol.Ssl);
        withoutCertificate.Security.CaFile = kafka.Certificates.AuthorityFile;
        var wrongPassword = Options(kafka.Sasl, KafkaProtocol.SaslSsl);
        (wrongPassword.Security.Mechanism, wrongPassword.Security.User) = (KafkaMechanism.ScramSha512, SecureKafka.User);
        wrongPassword.Security.Password = "wr0ng";
        wrongPassword.Security.CaFile = kafka.Certificates.AuthorityFile;
        var unknownAuthority = Options(kafka.Sasl, KafkaProtocol.SaslSsl);
        (unknownAuthority.Security.Mechanism, unknownAuthority.Security.User) = (KafkaMechanism.Plain, SecureKafka.User);
        unknownAuthority.Security.PasswordFile = passwordFile;
        foreach (var refused in new[] { withoutCertificate, wrongPassword, unknownAuthority, Options(kafka.Sasl, KafkaProtocol.Plaintext) })
        {
            refused.ConnectTimeout = TimeSpan.FromSeconds(2);
            using var topics = new Topics(refused);
            var thrown = Assert.Throws<KafkaUnreachableException>(() => topics.CountPartitions("card-transactions"));
            Assert.DoesNotContain("wr0ng", thrown.ToString());
            Assert.DoesNotContain(SecureKafka.Password, thrown.ToString());
        }
        File.Delete(passwordFile);
    }

    [Theory]
    [InlineData(KafkaProtocol.SaslSsl, null, "u", "p", null, "Mechanism")]
    [InlineData(KafkaProtocol.Ssl, KafkaMechanism.Plain, "u", "p", null, "Protocol")]
    [InlineData(KafkaProtocol.SaslSsl, KafkaMechanism.Plain, null, "p", null, "User")]
    [InlineData(KafkaProtocol.SaslSsl, KafkaMechanism.Plain, "u", null, null, "PasswordFile")]
    [InlineData(KafkaProtocol.SaslSsl, KafkaMechanism.OAuthBearer, "u", "p", null, "TokenEndpoint")]
    [InlineData(KafkaProtocol.Plaintext, null, null, null, "ca.pem", "Protocol")]
    [InlineData(KafkaProtocol.SaslSsl, KafkaMechanism.Plain, "u", "p", "ca.pem", null)]
    public void What_contradicts_itself_is_told(
        KafkaProtocol protocol, KafkaMechanism? mechanism, string? user, string? password, string? authorities, string? member)
    {
        var options = Options("127.0.0.1:1", protocol);
        (options.Security.Mechanism, options.Security.User, options.Security.Password, options.Security.CaFile) = (mechanism, user, password, authorities);
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        Assert.Equal(member is null ? [] : [$"Security:{member}"], results.SelectMany(result => result.MemberNames));
    }

    static IngestOptions Options(string address, KafkaProtocol protocol)
    {
        var options = new IngestOptions { BootstrapServers = address, ConnectTimeout = TimeSpan.FromSeconds(20), TransactionsTopic = $"t-{Guid.NewGuid():N}" };
        options.Security.Protocol = protocol;
        return options;
    }

    static async Task AssertWritesAndReadsAsync(IngestOptions options)
    {
        using (var topics = new Topics(options))
            await topics.CreateMissingAsync(new Dictionary<string, int> { [options.TransactionsTopic] = 1 }, stampedByBroker: false);
        using (var producer = new TransactionProducer(options, TimeProvider.System))
        {
            producer.ProduceRaw(options.TransactionsTopic, null, "secret"u8.ToArray(), TestRecords.Stamp);
            producer.Flush(TimeSpan.FromSeconds(20));
        }
        using var records = new RecordReplay(options, TimeProvider.System);
        Assert.Equal("secret"u8.ToArray(), records.Find(options.TransactionsTopic, 0, 0)!.Record.Value);
    }

    /// <summary>A barrier waits for brokers that are away, but not for ever for one that refuses.</summary>
    static async Task AssertFactsAreReadUntilRefusedAsync(IngestOptions options, SecureKafka kafka)
    {
        var counts = new Dictionary<string, int> { [options.LabelsTopic] = 1, [options.ActivityTopic] = 1 };
        using (var topics = new Topics(options)) await topics.CreateMissingAsync(counts, stampedByBroker: false);
        using var reader = new FactReader(options, NullLogger<FactReader>.Instance);
        Assert.Equal(0, reader.ReadToEnd((_, _) => { }, Cancellation));

        await kafka.RefuseAsync(options.LabelsTopic);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var refused = Assert.Throws<KafkaUnreachableException>(ReadUntilRefused);
        void ReadUntilRefused()
        {
            for (; ; patience.Token.ThrowIfCancellationRequested()) reader.ReadToEnd((_, _) => { }, patience.Token); // the broker learns of it in a moment
        }
        Assert.Contains(options.LabelsTopic, refused.Message);
    }

    /// <summary>Hands out unsigned tokens, which a broker without a key set takes, to whoever knows the client's id and secret.</summary>
    sealed class TokenEndpoint : IDisposable
    {
        readonly HttpListener _listener = new();

        internal TokenEndpoint()
        {
            using var port = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
            port.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)port.LocalEndpoint).Port}/token/");
            port.Stop();
            _listener.Prefixes.Add(Address.AbsoluteUri);
            _listener.Start();
            _ = Task.Run(AnswerAsync);
        }

        internal Uri Address { get; }

        internal string LastBody { get; set; } = "";

        public void Dispose() => _listener.Close();

        async Task AnswerAsync()
        {
            while (_listener.IsListening)
            {
                var context = await _listener.GetContextAsync();
                using (var reader = new StreamReader(context.Request.InputStream)) LastBody = await reader.ReadToEndAsync();
                string expected = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{SecureKafka.User}:{SecureKafka.Password}"));
                long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
                byte[] claims = Encoding.UTF8.GetBytes($$"""{"sub":"vigil","iat":{{now}},"exp":{{now + 3600}}}""");
                string token = $"{Base64Url.EncodeToString("""{"alg":"none"}"""u8)}.{Base64Url.EncodeToString(claims)}.";
                context.Response.StatusCode = context.Request.Headers["Authorization"] == expected ? 200 : 401;
                context.Response.ContentType = "application/json";
                byte[] answer = Encoding.UTF8.GetBytes($$"""{"access_token":"{{token}}","token_type":"Bearer","expires_in":3600}""");
                await context.Response.OutputStream.WriteAsync(answer);
                context.Response.Close();
            }
        }
    }
}
