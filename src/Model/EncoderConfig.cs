namespace Vigil.Model;

/// <summary>The shape of an encoder: all that its weights' shapes depend on, and the time scale of its attention.</summary>
public sealed record EncoderConfig
{
    /// <summary>The preset's name.</summary>
    public required string Name { get; init; }

    /// <summary>Which code runs it; this build knows "r1".</summary>
    public string Architecture { get; init; } = "r1";

    /// <summary>Transformer blocks, 1 to 64.</summary>
    public required int Layers { get; init; }

    /// <summary>Width of a token's vector: <see cref="Heads"/> times a multiple of 16.</summary>
    public required int Width { get; init; }

    /// <summary>Attention heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Hidden width of the feed-forward, a multiple of 16.</summary>
    public required int Hidden { get; init; }

    /// <summary>Transactions in a segment, a multiple of 8; a context is at most two segments.</summary>
    public required int Segment { get; init; }

    /// <summary>Hidden width of the head, a multiple of 16.</summary>
    public required int HeadHidden { get; init; }

    /// <summary>Bins that each numeric feature is also read through, 0 to 64: see <see cref="NumericBins"/>.</summary>
    public required int Bins { get; init; }

    /// <summary>Period of the fastest rotary pair, in microseconds. The default value is 0.2 s.</summary>
    public long ShortestPeriod { get; init; } = 200_000;

    /// <summary>Period of the slowest rotary pair, in microseconds. The default value is 60 days.</summary>
    public long LongestPeriod { get; init; } = 60L * 86_400 * 1_000_000;

    /// <summary>Width of one head.</summary>
    internal int HeadWidth => Width / Heads;

    /// <summary>Numbers that the encoder reads of one transaction, out of as many numeric features.</summary>
    internal int Inputs(int features) => features * (1 + Bins);

    /// <summary>The longest context, in transactions.</summary>
    internal int Context => 2 * Segment;

    /// <summary>The names that <see cref="Preset"/> knows.</summary>
    public static IReadOnlyList<string> Presets { get; } = ["r1-tiny"];

    /// <summary>A shape by its name.</summary>
    /// <exception cref="ArgumentException">No preset has that name.</exception>
    public static EncoderConfig Preset(string name) => name switch
    {
        "r1-tiny" => new() { Name = name, Layers = 2, Width = 64, Heads = 4, Hidden = 128, Segment = 16, HeadHidden = 64, Bins = 8 },
        _ => throw new ArgumentException($"there is no preset '{name}'; there are: {string.Join(", ", Presets)}", nameof(name)),
    };

    /// <summary>Checks every range above.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    internal void Validate()
    {
        Require(Architecture == "r1", nameof(Architecture), Architecture, "r1");
        Require(Layers is >= 1 and <= 64, nameof(Layers), Layers, "1 to 64");
        Require(Heads >= 1 && Width > 0 && Width % (16 * Heads) == 0, nameof(Width), Width, $"a multiple of 16 for each of {Heads} heads");
        Require(Hidden > 0 && Hidden % 16 == 0, nameof(Hidden), Hidden, "a multiple of 16");
        Require(HeadHidden > 0 && HeadHidden % 16 == 0, nameof(HeadHidden), HeadHidden, "a multiple of 16");
        Require(Bins is >= 0 and <= 64, nameof(Bins), Bins, "0 to 64");
        Require(Segment is > 0 and <= 65_536 && Segment % 8 == 0, nameof(Segment), Segment, "a multiple of 8");
        Require(ShortestPeriod > 0, nameof(ShortestPeriod), ShortestPeriod, "more than 0 microseconds");
        Require(LongestPeriod >= ShortestPeriod, nameof(LongestPeriod), LongestPeriod, "at least the shortest period");
    }

    static void Require(bool holds, string what, object found, string expected)
    {
        if (!holds) throw new ArgumentException($"encoder configuration: {what} is {found}, expected {expected}");
    }
}
