namespace Vigil.Model;

/// <summary>The shapes that have a name. The full ones are for a GPU; the tiny ones train in minutes, and score, on a CPU.</summary>
static class EncoderPresets
{
    static readonly EncoderConfig _r1Full = new()
    {
        Name = "r1-full",
        Architecture = "r1",
        Layers = 24,
        Width = 1024,
        Heads = 16,
        Hidden = 2816,
        Segment = 4096, // so a context is at most 8192
        Memory = 4096,
        Latent = 256,
        Rotary = 64,
        Sparse = new(Block: 64, Window: 8, Top: 8),
        HeadHidden = 256,
        Bins = 8,
    };

    static readonly EncoderConfig _r1Tiny = new()
    {
        Name = "r1-tiny",
        Architecture = "r1",
        Layers = 2,
        Width = 64,
        Heads = 4,
        Hidden = 128,
        Segment = 16,
        Memory = 16,
        Latent = 32,
        Rotary = 16,
        HeadHidden = 64,
        Bins = 8,
    };

    static readonly EncoderConfig _baseFull = new()
    {
        Name = "base-full",
        Architecture = "base",
        Layers = 12,
        Width = 768,
        Heads = 12,
        Hidden = 3072,
        Segment = 4096,
        Memory = 1024,
        HeadHidden = 256,
        Bins = 8,
    };

    static readonly EncoderConfig _baseTiny = new()
    {
        Name = "base-tiny",
        Architecture = "base",
        Layers = 2,
        Width = 64,
        Heads = 4,
        Hidden = 128,
        Segment = 16,
        Memory = 16,
        HeadHidden = 64,
        Bins = 8,
    };

    static readonly EncoderConfig _lstmTiny = new()
    {
        Name = "lstm-tiny",
        Architecture = "lstm",
        Layers = 2,
        Width = 64,
        Heads = 1, // an LSTM has neither heads nor a feed-forward
        Hidden = 64,
        Segment = 16,
        Memory = 16,
        HeadHidden = 64,
        Bins = 8,
    };

    internal static IReadOnlyList<EncoderConfig> All { get; } =
    [
        _baseFull,
        _baseTiny,
        _lstmTiny,
        _r1Full,
        _r1Full with { Name = "r1-student", Layers = 6 },
        _r1Tiny,
    ];
}
