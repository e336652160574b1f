using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vigil.Simulator.Cards;

/// <summary>The size, the seed and the frauds of a <see cref="CardsWorld"/>.</summary>
public sealed record CardsWorldOptions : IValidatableObject
{
    /// <summary>The same seed and options give the same world on every machine. The default value is 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Customers, each with one card. 1 to 10,000,000. The default value is 5,000.</summary>
    [Range(1, 10_000_000)]
    public int Customers { get; init; } = 5_000;

    /// <summary>Merchants, in every country of the world. 500 to 10,000,000. The default value is 2,500.</summary>
    [Range(500, 10_000_000)]
    public int Merchants { get; init; } = 2_500;

    /// <summary>The first moment; what would have happened earlier on its day is left out. The default value is 2018-04-01, 00:00 UTC.</summary>
    public DateTimeOffset Start { get; init; } = new(2018, 4, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Days, the first counted from midnight. 1 to 3,650. The default value is 183.</summary>
    [Range(1, 3_650)]
    public int Days { get; init; } = 183;

    /// <summary>Mean payments of a customer a day. 0.01 to 5. The default value is 1.6.</summary>
    [Range(.01, 5.0)]
    public double PaymentsPerDay { get; init; } = 1.6;

    /// <summary>Scripted tests of stolen card numbers.</summary>
    public CardTestingOptions CardTesting { get; init; } = new();

    /// <summary>Cards in a thief's hands.</summary>
    public StolenCardOptions StolenCard { get; init; } = new();

    /// <summary>Skimmed cards.</summary>
    public CompromisedTerminalOptions CompromisedTerminal { get; init; } = new();

    /// <summary>Strangers in an account.</summary>
    public AccountTakeoverOptions AccountTakeover { get; init; } = new();

    /// <summary>Stolen card numbers in web shops.</summary>
    public CardNotPresentOptions CardNotPresent { get; init; } = new();

    /// <summary>Cardholders who never pay.</summary>
    public BustOutOptions BustOut { get; init; } = new();

    /// <summary>Merchants who charge for nothing.</summary>
    public MerchantCollusionOptions MerchantCollusion { get; init; } = new();

    /// <summary>How frauds become known.</summary>
    public LabelOptions Labels { get; init; } = new();

    static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>
    /// Reads a JSON file: any of these properties, in camel case; what it leaves out keeps its default value. Durations are written as
    /// 0.00:00:00.050 (days, hours, minutes, seconds), ranges as an object with from and to.
    /// </summary>
    /// <exception cref="InvalidDataException">The file holds something else; the message says where.</exception>
    public static CardsWorldOptions Load(string path)
    {
        using FileStream file = File.OpenRead(path);
        try
        {
            return JsonSerializer.Deserialize<CardsWorldOptions>(file, Json) ?? throw new InvalidDataException($"{path} holds null; expected is an object.");
        }
        catch (Exception error) when (error is JsonException or ArgumentOutOfRangeException)
        {
            throw new InvalidDataException($"{path} does not describe a cards world: {error.Message}", error);
        }
    }

    /// <summary>The same world with each kind's rate multiplied by a factor; a kind that is not named does not happen.</summary>
    public CardsWorldOptions WithFrauds(IReadOnlyDictionary<FraudKind, double> factors)
    {
        double Of(FraudKind kind, FraudOptions options) => factors.TryGetValue(kind, out double factor) ? options.Rate * factor : 0;
        return this with
        {
            CardTesting = CardTesting with { Rate = Of(FraudKind.CardTesting, CardTesting) },
            StolenCard = StolenCard with { Rate = Of(FraudKind.StolenCard, StolenCard) },
            CompromisedTerminal = CompromisedTerminal with { Rate = Of(FraudKind.CompromisedTerminal, CompromisedTerminal) },
            AccountTakeover = AccountTakeover with { Rate = Of(FraudKind.AccountTakeover, AccountTakeover) },
            CardNotPresent = CardNotPresent with { Rate = Of(FraudKind.CardNotPresent, CardNotPresent) },
            BustOut = BustOut with { Rate = Of(FraudKind.BustOut, BustOut) },
            MerchantCollusion = MerchantCollusion with { Rate = Of(FraudKind.MerchantCollusion, MerchantCollusion) },
        };
    }

    /// <summary>What attributes on this record alone cannot say.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var found = new List<ValidationResult>();
        object[] parts = [CardTesting, StolenCard, CompromisedTerminal, AccountTakeover, CardNotPresent, BustOut, MerchantCollusion, Labels];
        foreach (object part in parts) Validator.TryValidateObject(part, new ValidationContext(part), found, validateAllProperties: true);
        if (Labels.ByAnalyst + Labels.ByIssuer > 1) found.Add(new("Labels: ByAnalyst and ByIssuer are more than 1 together."));
        if (Labels.Delays.Any(delay => delay.Shortest < TimeSpan.Zero || delay.Longest < delay.Shortest || delay.Spread < 0))
            found.Add(new("Labels: a delay's ends must not be negative nor in the wrong order, nor its spread negative."));
        if (CardTesting.Merchants.From < 2) found.Add(new("CardTesting: Merchants must be at least 2."));
        return found;
    }
}
