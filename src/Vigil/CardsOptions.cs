using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Vigil.Simulator.Cards;

namespace Vigil;

/// <summary>The options that only the cards world has.</summary>
sealed class CardsOptions
{
    const string None = "none";

    static readonly Dictionary<string, FraudKind> s_kinds =
        Enum.GetValues<FraudKind>().Where(kind => kind != FraudKind.None).ToDictionary(kind => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString()));

    readonly Option<int> _merchants = new("--merchants") { Description = "Merchants of the cards world; 2500 where it is not given", HelpName = "N" };

    readonly Option<string?> _settings = new("--settings")
    {
        Description = "A JSON file of the cards world's settings (docs/simulator.md); the other options go before it",
        HelpName = "FILE",
    };

    readonly Option<Dictionary<FraudKind, double>?> _frauds = new("--fraud")
    {
        Description = "Kinds of fraud of the cards world, each with a factor on its rate where one is given: card-testing=2,bust-out. "
            + $"Without it all kinds happen. {Expected}",
        HelpName = "KIND[=FACTOR],...",
        CustomParser = ParseFrauds,
    };

    static string Expected => $"Kinds: {string.Join(", ", s_kinds.Keys)}; or {None} alone";

    internal IReadOnlyList<Option> All => [_merchants, _settings, _frauds];

    /// <summary>The settings file's world, or the default one, with these options over it.</summary>
    /// <exception cref="InvalidDataException">The settings file is none.</exception>
    internal CardsWorldOptions Read(ParseResult parsed)
    {
        CardsWorldOptions options = parsed.GetValue(_settings) is { } file ? CardsWorldOptions.Load(file) : new();
        if (parsed.GetResult(_merchants) is { Implicit: false }) options = options with { Merchants = parsed.GetValue(_merchants) };
        return parsed.GetValue(_frauds) is { } factors ? options.WithFrauds(factors) : options;
    }

    static Dictionary<FraudKind, double>? ParseFrauds(ArgumentResult result)
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        var factors = new Dictionary<FraudKind, double>();
        if (text == None) return factors;
        foreach (string part in text.Split(','))
        {
            string[] ends = part.Split('=');
            double factor = 1;
            if (!s_kinds.TryGetValue(ends[0], out FraudKind kind) || ends.Length > 2
                || (ends.Length == 2 && !double.TryParse(ends[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out factor)))
            {
                result.AddError($"--fraud holds '{part}'; expected is a kind, or a kind and a factor such as card-testing=2. {Expected}.");
                return null;
            }
            factors[kind] = factor;
        }
        return factors;
    }
}
