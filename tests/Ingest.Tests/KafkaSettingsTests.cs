using Xunit;

namespace Vigil.Ingest.Tests;

public sealed class KafkaSettingsTests
{
    [Theory]
    [InlineData("session.timeout.ms")]
    [InlineData("session_timeout_ms")]
    public void A_setting_of_the_users_own_wins_and_an_underscore_stands_for_a_dot(string name)
    {
        var options = new IngestOptions { BootstrapServers = "localhost:1", Embedded = true };
        options.Client[name] = "7000";

        Assert.Equal(7000, KafkaSettings.Consumer(options, "group").SessionTimeoutMs);
    }
}
