using Xunit;

namespace Vigil.Tests;

public sealed class FeaturesCommandTests
{
    [Theory]
    [InlineData("--out")]
    [InlineData("must end in .parquet or .csv.gz", "--out", "features.xlsx")]
    [InlineData("--window is 'May'", "--out", "features.parquet", "--window", "May")]
    public void A_wrong_option_is_named(string expected, params string[] args) =>
        Assert.Contains(FeaturesCommand.Create().Parse(args).Errors, error => error.Message.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_the_users_error()
    {
        string path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"), "features.parquet");
        var parsed = FeaturesCommand.Create().Parse(["--out", path, "--customers", "60", "--days", "2"]);
        var error = await Assert.ThrowsAsync<UserError>(() =>
            parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }
}
