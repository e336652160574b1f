using Xunit;

namespace Vigil.Tests;

public sealed class BacktestCommandTests
{
    [Theory]
    [InlineData("--train needs --test", "--train", "2018-04-22..2018-05-06")]
    [InlineData("--test needs --train", "--test", "2018-04-22..2018-05-06")]
    [InlineData("exclude each other", "--train", "2018-04-22..2018-05-06", "--test", "2018-05-13..2018-05-20", "--protocol", "handbook")]
    [InlineData("exclude each other", "--data", "file.csv", "--world", "handbook")]
    [InlineData("--mapping needs --data", "--mapping", "file.json")]
    [InlineData("--train is 'May'", "--train", "May", "--test", "2018-05-13..2018-05-20")]
    [InlineData("--seed", "--seed", "-1")]
    [InlineData("--model hybrid needs --encoder", "--model", "hybrid")]
    [InlineData("--encoder is for hybrids", "--model", "lightgbm", "--encoder", "folder")]
    [InlineData("--epochs is a setting of encoders", "--model", "hybrid", "--encoder", "folder", "--epochs", "3")]
    [InlineData("--shape is a setting of encoders", "--model", "forest", "--shape", "shape.json")]
    [InlineData("--teacher is a setting of encoders", "--model", "forest", "--teacher", "lightgbm")]
    [InlineData("'hybrid' not recognized", "--teacher", "hybrid")]
    [InlineData("--weeks is 0, expected 1 to 52", "--weeks", "0")]
    [InlineData("--weeks and --train exclude each other", "--train", "2018-04-22..2018-05-06", "--test", "2018-05-13..2018-05-20", "--weeks", "2")]
    [InlineData("--train-on is a setting of encoders", "--model", "forest", "--train-on", "cuda")]
    public void A_wrong_option_is_named(string expected, params string[] args) =>
        Assert.Contains(BacktestCommand.Create().Parse(args).Errors, error => error.Message.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public async Task A_test_before_the_training_labels_have_arrived_is_the_users_error()
    {
        string[] args = ["--train", "2018-04-22..2018-05-06", "--test", "2018-05-10..2018-05-20"];
        var parsed = BacktestCommand.Create().Parse(args);
        var error = await Assert.ThrowsAsync<UserError>(() =>
            parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken));
        Assert.Contains("2018-05-13", error.Message, StringComparison.Ordinal);
    }
}
