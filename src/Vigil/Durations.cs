using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Vigil.Backtest;
using Vigil.Ingest;

namespace Vigil;

/// <summary>Durations such as 30s, 15m, 1h and 7d, and stretches of time such as 2018-07-25..2018-08-01, as people type them.</summary>
static class Durations
{
    const string DurationShape = "a number and a unit, such as 30s, 15m, 1h or 7d";
    const double LongestDays = 100_000;
    const string WindowShape = "FROM..TO, each a date or an ISO 8601 time, the end left out: 2018-07-25..2018-08-01 is seven days";

    /// <summary>Reads a number and a unit: ms, s, m, h or d; at most 100,000 days.</summary>
    internal static bool TryParse(string text, out TimeSpan duration)
    {
        int digits = text.AsSpan().LastIndexOfAnyInRange('0', '9') + 1;
        TimeSpan? unit = text[digits..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(1),
            "s" => TimeSpan.FromSeconds(1),
            "m" or "min" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            "d" => TimeSpan.FromDays(1),
            _ => null,
        };
        bool read = double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count);
        bool inRange = read && unit is not null && count * unit.Value.TotalDays <= LongestDays;
        duration = inRange ? count * unit!.Value : default;
        return inRange;
    }

    /// <summary>Reads FROM..TO, where the end lies after the start.</summary>
    internal static bool TryParseWindow(string text, out TimeWindow window)
    {
        string[] ends = text.Split("..");
        window = default;
        if (ends.Length != 2 || !TryParseTime(ends[0], out Instant from) || !TryParseTime(ends[1], out Instant to) || to <= from) return false;
        window = new(from, to);
        return true;
    }

    /// <summary>An option that takes a duration.</summary>
    internal static Option<TimeSpan> Option(string name, string description, TimeSpan fallback) => new(name)
    {
        Description = description,
        HelpName = "DURATION",
        DefaultValueFactory = _ => fallback,
        CustomParser = result => TryParse(Text(result), out TimeSpan duration)
            ? duration
            : Refuse<TimeSpan>(result, name, DurationShape),
    };

    /// <summary>An option that takes a duration, or is left out.</summary>
    internal static Option<TimeSpan?> OptionalOption(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DURATION",
        CustomParser = result => TryParse(Text(result), out TimeSpan duration) ? duration : Refuse<TimeSpan?>(result, name, DurationShape),
    };

    /// <summary>An option that takes a stretch of time.</summary>
    internal static Option<TimeWindow?> WindowOption(string name, string description) => new(name)
    {
        Description = $"{description} ({WindowShape})",
        HelpName = "FROM..TO",
        CustomParser = result => TryParseWindow(Text(result), out TimeWindow window) ? window : Refuse<TimeWindow?>(result, name, WindowShape),
    };

    static bool TryParseTime(string text, out Instant time)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        bool read = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out DateTimeOffset parsed);
        time = Instant.From(parsed);
        return read && text.Length >= "2018-07-25".Length;
    }

    static string Text(ArgumentResult result) => result.Tokens.Count == 1 ? result.Tokens[0].Value : "";

    static T? Refuse<T>(ArgumentResult result, string name, string expected)
    {
        result.AddError($"{name} is '{Text(result)}'; expected is {expected}.");
        return default;
    }
}
