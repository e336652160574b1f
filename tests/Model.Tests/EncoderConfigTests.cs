namespace Vigil.Model.Tests;

public sealed class EncoderConfigTests : IDisposable
{
    readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void A_file_alters_what_it_names_and_nothing_else()
    {
        EncoderConfig preset = EncoderConfig.Preset("r1-tiny");
        Assert.Equal(preset, Altered("{}"));
        Assert.Equal(
            preset with { Name = "mine", Segment = 64, Memory = 48, Sparse = new(16, 1, 2) },
            Altered("""{"name": "mine", "segment": 64, "memory": 48, "sparse": {"block": 16, "window": 1, "top": 2}}"""));
    }

    [Theory]
    [InlineData("Segment is 60, expected a multiple of 8", """{"segment": 60}""")]
    [InlineData("none", """{"architecture": "base"}""")]
    [InlineData("depth", """{"depth": 3}""")]
    [InlineData("layers", """{"layers": "three"}""")]
    [InlineData("found no object", "[]")]
    [InlineData("found no object", "null")]
    [InlineData("line", "{")]
    public void A_file_that_describes_no_shape_is_refused(string expected, string json)
    {
        var error = Assert.Throws<InvalidDataException>(() => Altered(json));
        Assert.StartsWith(_file, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.OrdinalIgnoreCase);
    }

    EncoderConfig Altered(string json)
    {
        File.WriteAllText(_file, json);
        return EncoderConfig.Preset("r1-tiny").Altered(_file);
    }
}
