using System.Net;
using System.Net.Sockets;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Xunit;

namespace Vigil.Tests.Support;

/// <summary>
/// A real Apache Kafka of a test's own with three listeners: plaintext for the test itself, SASL inside TLS (PLAIN, SCRAM, OAUTHBEARER with unsigned tokens),
/// and TLS that demands a client's certificate. Everybody may do everything, until somebody is refused.
/// </summary>
sealed class SecureKafka : IAsyncDisposable
{
    internal const string User = "vigil", Password = "kafka-s3cret";

    static readonly string[] s_encrypted = ["sasl", "mutual"];

    readonly string _folder;

    SecureKafka(string folder, int[] ports)
    {
        _folder = folder;
        (Plaintext, Sasl, Mutual) = ($"127.0.0.1:{ports[0]}", $"127.0.0.1:{ports[2]}", $"127.0.0.1:{ports[3]}");
        Certificates = new TestCertificates(folder);
    }

    internal string Plaintext { get; }

    internal string Sasl { get; }

    internal string Mutual { get; }

    internal TestCertificates Certificates { get; }

    /// <summary>Starts it; the test is skipped where there is no script to do so.</summary>
    internal static async Task<SecureKafka> StartAsync()
    {
        string? script = Repository.Shared("kafka/kafka");
        Assert.SkipWhen(script is null, "needs a real Kafka that the test can configure: shared/kafka beside the repository");
        string folder = Directory.CreateTempSubdirectory("vigil-secure-").FullName;
        int[] ports = FreePorts(4);
        var kafka = new SecureKafka(folder, ports);
        await Script.RunAsync(script, ["start", Path.Combine(folder, "kafka"), $"{ports[0]}", .. kafka.Properties(ports)]);
        await kafka.AddScramUserAsync();
        return kafka;
    }

    public async ValueTask DisposeAsync()
    {
        await Script.RunAsync(Repository.Shared("kafka/kafka")!, "stop", Path.Combine(_folder, "kafka"));
        Certificates.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    string[] Properties(int[] ports)
    {
        const string Modules = "org.apache.kafka.common.security";
        var (certificate, key) = Certificates.Issue("broker");
        string store = Path.Combine(_folder, "broker.store.pem");
        File.WriteAllText(store, File.ReadAllText(key) + File.ReadAllText(certificate));
        return
        [
            $"listeners=PLAINTEXT://127.0.0.1:{ports[0]},CONTROLLER://127.0.0.1:{ports[1]},SASL://127.0.0.1:{ports[2]},MUTUAL://127.0.0.1:{ports[3]}",
            $"advertised.listeners=PLAINTEXT://127.0.0.1:{ports[0]},SASL://127.0.0.1:{ports[2]},MUTUAL://127.0.0.1:{ports[3]}",
            $"controller.quorum.voters=1@127.0.0.1:{ports[1]}",
            "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_SSL,MUTUAL:SSL",
            .. s_encrypted.SelectMany(listener => new[]
            {
                $"listener.name.{listener}.ssl.keystore.type=PEM", $"listener.name.{listener}.ssl.keystore.location={store}",
                $"listener.name.{listener}.ssl.truststore.type=PEM", $"listener.name.{listener}.ssl.truststore.location={Certificates.AuthorityFile}",
            }),
            "listener.name.mutual.ssl.client.auth=required",
            "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users=User:ANONYMOUS",
            "allow.everyone.if.no.acl.found=true",
            "listener.name.sasl.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER",
            $"listener.name.sasl.plain.sasl.jaas.config={Modules}.plain.PlainLoginModule required user_{User}=\"{Password}\";",
            $"listener.name.sasl.scram-sha-256.sasl.jaas.config={Modules}.scram.ScramLoginModule required;",
            $"listener.name.sasl.scram-sha-512.sasl.jaas.config={Modules}.scram.ScramLoginModule required;",
            $"listener.name.sasl.oauthbearer.sasl.jaas.config={Modules}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"broker\";",
        ];
    }

    /// <summary>From now on nobody may do anything with a topic, this test aside.</summary>
    internal async Task RefuseAsync(string topic)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Plaintext }).Build();
        await admin.CreateAclsAsync([new()
        {
            Pattern = new() { Type = ResourceType.Topic, ResourcePatternType = ResourcePatternType.Literal, Name = topic },
            Entry = new() { Principal = "User:*", Host = "*", Operation = AclOperation.All, PermissionType = AclPermissionType.Deny },
        }]);
    }

    async Task AddScramUserAsync()
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Plaintext }).Build();
        // One mechanism a request: of two alterations of one user the broker refuses the second.
        foreach (var mechanism in new[] { ScramMechanism.ScramSha256, ScramMechanism.ScramSha512 })
        {
            await admin.AlterUserScramCredentialsAsync([new UserScramCredentialUpsertion
            {
                User = User,
                ScramCredentialInfo = new() { Mechanism = mechanism, Iterations = 4096 },
                Password = System.Text.Encoding.UTF8.GetBytes(Password),
                Salt = System.Security.Cryptography.RandomNumberGenerator.GetBytes(16),
            }]);
        }
    }

    static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners) listener.Start();
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (var listener in listeners) listener.Dispose();
        return ports;
    }
}
