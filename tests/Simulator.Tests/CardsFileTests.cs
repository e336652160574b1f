using System.Text.Json;
using System.Text.RegularExpressions;
using Vigil.Ingest;
using Vigil.Simulator.Cards;
using Vigil.Tests.Support;
using Xunit;

namespace Vigil.Simulator.Tests;

/// <summary>What is written of a cards world keeps to the contracts.</summary>
public sealed class CardsFileTests : IDisposable
{
    static readonly LabelledTransaction[] World = Cards.Draw(Cards.Without());

    readonly string _folder = Directory.CreateTempSubdirectory("vigil-cards-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_was_written_is_read_again(bool follow)
    {
        string file = Path.Combine(_folder, "world.jsonl");
        WorldCounts counts = WorldFile.Write(World, file, follow);
        Assert.Equal(new WorldCounts(World.Length, World.Count(one => one.Value == LabelValue.Fraud)), counts);
        Assert.Equal(World.Select(one => one.ToString()), FileSource.Read(file).Select(one => one.ToString()));
    }

    [Fact]
    public void A_followed_file_holds_each_line_before_the_next_is_drawn()
    {
        string file = Path.Combine(_folder, "followed.jsonl");
        int drawn = 0;
        WorldFile.Write(World.Take(5).Select(Check), file, follow: true);
        LabelledTransaction Check(LabelledTransaction one)
        {
            using var reader = new StreamReader(File.Open(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            Assert.Equal(drawn++, reader.ReadToEnd().Count(letter => letter == '\n'));
            return one;
        }
    }

    [Fact]
    public void Every_record_keeps_to_the_schemas()
    {
        using JsonDocument transactions = Schema("transaction"), labels = Schema("label");
        int read = 0;
        foreach (HistoryEvent happened in History.Merge(World.Take(20_000), TimeSpan.FromDays(7)))
        {
            var bytes = new System.Buffers.ArrayBufferWriter<byte>();
            if (happened.Label is { } label) LabelJson.Write(bytes, label);
            else TransactionJson.Write(bytes, happened.Transaction!.Value.Transaction);
            using JsonDocument record = JsonDocument.Parse(bytes.WrittenMemory);
            AssertValid(record.RootElement, (happened.Label is null ? transactions : labels).RootElement);
            read++;
        }
        Assert.Equal(40_000, read);
    }

    [Fact]
    public void No_text_and_no_number_but_a_time_could_be_a_card_number()
    {
        string file = Path.Combine(_folder, "numbers.jsonl");
        WorldFile.Write(World, file);
        foreach (string line in File.ReadLines(file))
        {
            string withoutTimes = Regex.Replace(line, "\"(event_time|label_time)\":\\d+", "");
            foreach (Match digits in Regex.Matches(withoutTimes, "[0-9](?:[ -]?[0-9]){12,18}")) Assert.False(PassesLuhn(digits.Value), line);
        }
    }

    [Fact]
    public void Settings_are_read_and_what_is_wrong_in_them_is_named()
    {
        CardsWorldOptions read = Load("""
            { "customers": 9, "cardTesting": { "rate": 0, "gap": { "from": "00:00:00.060", "to": "00:00:00.1" } }, "labels": { "unreported": 0.5 } }
            """);
        Assert.Equal((9, 0, TimeSpan.FromMilliseconds(60), .5), (read.Customers, read.CardTesting.Rate, read.CardTesting.Gap.From, read.Labels.Unreported));
        Assert.Equal(new CardTestingOptions().Attempts, read.CardTesting.Attempts);
        Assert.Contains("cardTestin", Assert.Throws<InvalidDataException>(() => Load("""{ "cardTestin": {} }""")).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => Load("""{ "cardTesting": { "cards": { "from": 3, "to": 2 } } }"""));
        Assert.Throws<InvalidDataException>(() => Load("""{ "labels": { "analyst": { "median": "01:00:00" } } }"""));
        Assert.Throws<InvalidDataException>(() => Load("null"));
    }

    CardsWorldOptions Load(string json)
    {
        string file = Path.Combine(_folder, "settings.json");
        File.WriteAllText(file, json);
        return CardsWorldOptions.Load(file);
    }

    static JsonDocument Schema(string name) => JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "schemas", $"{name}.schema.json")));

    static void AssertValid(JsonElement record, JsonElement schema)
    {
        foreach (JsonElement required in schema.GetProperty("required").EnumerateArray())
            Assert.True(record.TryGetProperty(required.GetString()!, out _), required.GetString());
        foreach (JsonProperty field in record.EnumerateObject())
        {
            JsonElement rule = schema.GetProperty("properties").GetProperty(field.Name);
            bool text = field.Value.ValueKind == JsonValueKind.String;
            Assert.Contains(text ? "string" : "integer", rule.GetProperty("type").ToString(), StringComparison.Ordinal);
            if (rule.TryGetProperty("enum", out JsonElement codes))
                Assert.Contains(field.Value.GetString(), codes.EnumerateArray().Select(code => code.GetString()));
            if (rule.TryGetProperty("pattern", out JsonElement pattern)) Assert.Matches(pattern.GetString()!, field.Value.GetString());
            if (rule.TryGetProperty("minLength", out JsonElement least)) Assert.True(field.Value.GetString()!.Length >= least.GetInt32());
            if (rule.TryGetProperty("maxLength", out JsonElement most)) Assert.True(field.Value.GetString()!.Length <= most.GetInt32());
            if (rule.TryGetProperty("minimum", out JsonElement minimum)) Assert.True(field.Value.GetInt64() >= minimum.GetInt64());
            if (rule.TryGetProperty("maximum", out JsonElement maximum)) Assert.True(field.Value.GetInt64() <= maximum.GetInt64());
        }
    }

    static bool PassesLuhn(string text)
    {
        int sum = 0, place = 0;
        foreach (char letter in text.Reverse().Where(char.IsAsciiDigit))
        {
            int digit = (letter - '0') * (1 + (place++ % 2));
            sum += digit > 9 ? digit - 9 : digit;
        }
        return sum % 10 == 0;
    }
}
