using Xunit;

namespace Vigil.Faults.Tests;

/// <summary>Nothing is lost, nothing comes twice, and no value differs, whatever happens to workers, broker, database, network and disk.</summary>
public sealed class FaultRunTests(ITestOutputHelper output)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Under_faults_every_transaction_has_one_effect_and_every_alert_is_that_of_an_undisturbed_run()
    {
        var result = await FaultRun.RunAsync(FaultSettings.Short, output.WriteLine, Cancellation);
        output.WriteLine(result.ToJson());
        AssertExact(FaultSettings.Short, result);
    }

    [Fact(Explicit = true)]
    public async Task The_long_run_of_test_faults()
    {
        var result = await FaultRun.RunAsync(FaultSettings.Long, Console.Error.WriteLine, Cancellation);
        Console.Error.WriteLine(result.ToJson());
        if (Environment.GetEnvironmentVariable("VIGIL_FAULTS_JSON") is { Length: > 0 } file)
            await File.WriteAllTextAsync(file, result.ToJson() + "\n", Cancellation);
        AssertExact(FaultSettings.Long, result);
        Assert.True(result.LostPartitions >= result.Stops / 2, "so few stops outlived a session that they prove little");
    }

    static void AssertExact(FaultSettings settings, FaultResult result)
    {
        Assert.Equal((0L, 0L, 0L, 0), (result.Lost, result.Duplicated, result.Different, result.Failures));
        Assert.Equal((settings.Transactions, settings.Transactions / Load.PoisonEvery * 2), (result.Produced, result.Poison));
        Assert.True(result.Alerts > settings.Transactions / 100, "so few alerts that equal ones prove little");
        Assert.Equal((settings.Kills, settings.Stops), (result.Kills, result.Stops));
        Assert.Equal((settings.BrokerLosses, settings.DatabaseLosses, settings.Rebalances), (result.BrokerLosses, result.DatabaseLosses, result.Rebalances));
    }
}
