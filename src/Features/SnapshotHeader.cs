using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vigil.Features;

/// <summary>What a snapshot is a snapshot of: the start of its file, readable without unpacking anything.</summary>
public sealed record SnapshotHeader
{
    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary><see cref="FeatureList.Version"/> of the build that wrote it. The default is this build's.</summary>
    public string FeatureVersion { get; init; } = FeatureList.Version;

    /// <summary>The options under which the state grew.</summary>
    public required FeatureOptions Options { get; init; }

    /// <summary>The model's hash: the encoder's context is the model's own.</summary>
    public required string Model { get; init; }

    /// <summary>Which log: a topic that is made anew counts its offsets from 0 again.</summary>
    public required string StreamId { get; init; }

    /// <summary>The topic of transactions.</summary>
    public required string Topic { get; init; }

    /// <summary>The partition, from 0.</summary>
    public required int Partition { get; init; }

    /// <summary>The first offset that the state has not seen: where reading goes on.</summary>
    public required long NextOffset { get; init; }

    /// <summary>Says whether the snapshot may stand for a partition's log.</summary>
    /// <param name="expected">
    /// This process's; of its <see cref="NextOffset"/> the snapshot's may be at most that, for what lies behind it was never stored.
    /// </param>
    /// <exception cref="InvalidDataException">It may not; the message says what was found and what was expected.</exception>
    public void EnsureUsable(SnapshotHeader expected)
    {
        Expect(FeatureVersion, expected.FeatureVersion, "feature list version");
        Expect(Text(Options), Text(expected.Options), "feature options");
        Expect(Model, expected.Model, "model");
        Expect(StreamId, expected.StreamId, "stream");
        Expect($"{Topic}[{Partition}]", $"{expected.Topic}[{expected.Partition}]", "partition");
        if (NextOffset < 0 || NextOffset > expected.NextOffset)
            throw new InvalidDataException(
                $"the snapshot's next offset is {NextOffset}, expected at most {expected.NextOffset}, up to which scores are stored");
    }

    internal byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, s_json);

    /// <exception cref="InvalidDataException">They are no header.</exception>
    internal static SnapshotHeader From(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<SnapshotHeader>(bytes, s_json) ?? throw new InvalidDataException("the snapshot's header is null");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"the snapshot's header is none of this version: {error.Message}", error);
        }
    }

    static string Text(FeatureOptions options) => JsonSerializer.Serialize(options, s_json);

    static void Expect(string found, string expected, string what)
    {
        if (found != expected) throw new InvalidDataException($"the snapshot's {what} is {found}, expected {expected}");
    }
}
