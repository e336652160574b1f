using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Vigil.Model;

/// <summary>The shape of an encoder: all that its weights' shapes depend on, and the time scale of its attention.</summary>
public sealed record EncoderConfig
{
    static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>The preset's name.</summary>
    public required string Name { get; init; }

    /// <summary>Which blocks it is made of, one of <see cref="Architectures"/>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Transformer blocks, 1 to 64.</summary>
    public required int Layers { get; init; }

    /// <summary>Width of a token's vector: <see cref="Heads"/> times a multiple of 16.</summary>
    public required int Width { get; init; }

    /// <summary>Attention heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Hidden width of the feed-forward, a multiple of 16.</summary>
    public required int Hidden { get; init; }

    /// <summary>Transactions in a segment, a multiple of 8.</summary>
    public required int Segment { get; init; }

    /// <summary>Transactions before a segment that its own still see, 1 to <see cref="Segment"/>; a context is at most these and a segment.</summary>
    public required int Memory { get; init; }

    /// <summary>Width of the latent that stands for a transaction's keys and values, a multiple of 16. Of the architecture "r1"; 0 elsewhere.</summary>
    public int Latent { get; init; }

    /// <summary>Width of the rotary key that all heads share, a multiple of 16. Of the architecture "r1"; 0 elsewhere.</summary>
    public int Rotary { get; init; }

    /// <summary>How attention goes on beyond a window, in the architecture "r1"; null: it sees the whole context transaction by transaction.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SparseConfig? Sparse { get; init; }

    /// <summary>Hidden width of the head, a multiple of 16.</summary>
    public required int HeadHidden { get; init; }

    /// <summary>Bins that each numeric feature is also read through, 0 to 64: see <see cref="NumericBins"/>.</summary>
    public required int Bins { get; init; }

    /// <summary>Period of the fastest rotary pair, in microseconds. The default value is 0.2 s.</summary>
    public long ShortestPeriod { get; init; } = 200_000;

    /// <summary>Period of the slowest rotary pair, in microseconds. The default value is 60 days.</summary>
    public long LongestPeriod { get; init; } = 60L * 86_400 * 1_000_000;

    /// <summary>
    /// The architectures that this build knows: "base" is a Transformer-XL, "r1" has latent and sparse attention by time, "lstm" is the baseline of both.
    /// </summary>
    public static IReadOnlyList<string> Architectures { get; } = [.. EncoderArchitecture.All.Select(architecture => architecture.Name)];

    /// <summary>The names that <see cref="Preset"/> knows.</summary>
    public static IReadOnlyList<string> Presets { get; } = [.. EncoderPresets.All.Select(preset => preset.Name)];

    /// <summary>Width of one head's values, and of its keys but for the rotary part.</summary>
    internal int HeadWidth => Width / Heads;

    /// <summary>The longest context, in transactions.</summary>
    internal int Context => Memory + Segment;

    /// <summary>Numbers that each layer's cache holds of one transaction.</summary>
    internal int CachedPerPlace => EncoderArchitecture.Of(this).CachedPerPlace(this);

    /// <summary>Numbers that the encoder reads of one transaction, out of as many numeric features.</summary>
    internal int Inputs(int features) => features * (1 + Bins);

    /// <summary>A shape by its name.</summary>
    /// <exception cref="ArgumentException">No preset has that name.</exception>
    public static EncoderConfig Preset(string name) => EncoderPresets.All.FirstOrDefault(preset => preset.Name == name)
        ?? throw new ArgumentException($"there is no preset '{name}'; there are: {string.Join(", ", Presets)}", nameof(name));

    /// <summary>
    /// This shape, but for the properties that a JSON file names, in camel case: {"segment": 64, "sparse": {"block": 16, "window": 1, "top": 1}}.
    /// </summary>
    /// <exception cref="InvalidDataException">The file holds something else, or a value out of its range; the message says which.</exception>
    public EncoderConfig Altered(string path)
    {
        try
        {
            JsonObject all = JsonSerializer.SerializeToNode(this, _json)!.AsObject();
            JsonObject own = JsonNode.Parse(File.ReadAllBytes(path)) as JsonObject ?? throw new JsonException("found no object");
            foreach (var (name, value) in own) all[name] = value?.DeepClone();
            EncoderConfig altered = all.Deserialize<EncoderConfig>(_json)!;
            altered.Validate();
            return altered;
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"{path} does not describe an encoder's shape: {error.Message}", error);
        }
    }

    /// <summary>Where a card's context begins when its i-th transaction comes: so many transactions before the segment that it falls into.</summary>
    internal long ContextStart(long index) => Math.Max(0, (index / Segment * Segment) - Memory);

    /// <summary>Checks every range above.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    internal void Validate()
    {
        Require(Architectures.Contains(Architecture), nameof(Architecture), Architecture, string.Join(" or ", Architectures));
        Require(Layers is >= 1 and <= 64, nameof(Layers), Layers, "1 to 64");
        Require(Heads >= 1 && Width > 0 && Width % (16 * Heads) == 0, nameof(Width), Width, $"a multiple of 16 for each of {Heads} heads");
        Require(IsWidth(Hidden), nameof(Hidden), Hidden, "a multiple of 16");
        Require(IsWidth(HeadHidden), nameof(HeadHidden), HeadHidden, "a multiple of 16");
        Require(Bins is >= 0 and <= 64, nameof(Bins), Bins, "0 to 64");
        Require(Segment is > 0 and <= 65_536 && Segment % 8 == 0, nameof(Segment), Segment, "a multiple of 8");
        Require(Memory >= 1 && Memory <= Segment, nameof(Memory), Memory, "1 to the segment's length");
        if (Architecture == "r1") ValidateLatent();
        else Require((Latent, Rotary, Sparse) == default, $"{nameof(Latent)}, {nameof(Rotary)}, {nameof(Sparse)}", (Latent, Rotary, Sparse), "none");
        Require(ShortestPeriod > 0, nameof(ShortestPeriod), ShortestPeriod, "more than 0 microseconds");
        Require(LongestPeriod >= ShortestPeriod, nameof(LongestPeriod), LongestPeriod, "at least the shortest period");
    }

    void ValidateLatent()
    {
        Require(IsWidth(Latent), nameof(Latent), Latent, "a multiple of 16");
        Require(IsWidth(Rotary), nameof(Rotary), Rotary, "a multiple of 16");
        if (Sparse is null) return;
        Require(IsWidth(Sparse.Block), nameof(Sparse.Block), Sparse.Block, "a multiple of 16");
        Require(Sparse.Window is >= 1 and <= 4096, nameof(Sparse.Window), Sparse.Window, "1 to 4096");
        Require(Sparse.Top is >= 1 and <= 4096, nameof(Sparse.Top), Sparse.Top, "1 to 4096");
    }

    static bool IsWidth(int value) => value > 0 && value % 16 == 0;

    static void Require(bool holds, string what, object found, string expected)
    {
        if (!holds) throw new ArgumentException($"encoder configuration: {what} is {found}, expected {expected}");
    }
}
