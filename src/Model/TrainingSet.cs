using Vigil.Features;

namespace Vigil.Model;

/// <summary>What a transaction is to a training.</summary>
public enum RowRole : byte
{
    /// <summary>Seen as history only.</summary>
    Context,
    /// <summary>Its label counts in the loss.</summary>
    Train,
    /// <summary>Scored after every epoch; never in the loss.</summary>
    Validate,
    /// <summary>Its fields are learnt in the self-supervised stage, and what a teacher says of it beside the labels; its own label is never seen.</summary>
    Unlabelled,
}

/// <summary>
/// The transactions of a training, all cards', in time order. History that no training or validation row can see is dropped as it ages, so months of
/// context cost little memory.
/// </summary>
public sealed class TrainingSet
{
    readonly Dictionary<UInt128, CardRows> _cards = [];
    readonly List<TrainingWindow> _windows = [];
    readonly int _segment;
    readonly FeatureMask _mask;
    DateTimeOffset _from, _to;

    /// <summary>An empty set.</summary>
    /// <param name="config">The encoder to be trained, whose segment length cuts the histories; null for the default of <see cref="TrainingOptions"/>.</param>
    /// <param name="features">What the vectors to come were computed under, for the model to record; null for the defaults.</param>
    /// <param name="without">Features that are not learnt, as in <see cref="FeatureSet.Of"/>.</param>
    /// <exception cref="InvalidDataException">A pattern of <paramref name="without"/> matches no feature, or all are left out.</exception>
    public TrainingSet(EncoderConfig? config = null, FeatureOptions? features = null, IReadOnlyCollection<string>? without = null)
    {
        config ??= new TrainingOptions().Config;
        config.Validate();
        _segment = config.Segment;
        Features = FeatureSet.Of(features ?? new(), without);
        _mask = new(Features);
    }

    /// <summary>Rows added, of every role.</summary>
    public int Count { get; private set; }

    /// <summary>Rows whose label counts in the loss.</summary>
    public int TrainRows { get; private set; }

    /// <summary>Rows of which fields and a teacher's scores are learnt.</summary>
    public int UnlabelledRows { get; private set; }

    /// <summary>Frauds among <see cref="TrainRows"/>.</summary>
    public int TrainFrauds { get; private set; }

    /// <summary>Rows that are scored after every epoch.</summary>
    public int ValidateRows { get; private set; }

    /// <summary>The training rows, for a manifest.</summary>
    internal DataWindow Data => new(_from, _to, TrainRows, TrainFrauds, ValidateRows);

    internal int Segment => _segment;

    internal FeatureSet Features { get; }

    /// <summary>
    /// Copies one transaction's features. Every transaction of a card must be added, from its first on, so that segments fall as they do in the stream.
    /// </summary>
    /// <param name="features">The vector, copied.</param>
    /// <param name="role">What it is to the training.</param>
    /// <param name="fraud">Its label; of training and validation rows.</param>
    public void Add(FeatureVector features, RowRole role, bool fraud)
    {
        ArgumentNullException.ThrowIfNull(features);
        foreach (var forgotten in features.Forgotten) _cards.Remove(forgotten);
        if (!_cards.TryGetValue(features.Card, out var card)) _cards.Add(features.Card, card = new());
        if (card.Own is null || card.Own.Count == _segment) Open(card);
        card.Own!.Add(features, role, fraud, role == RowRole.Validate ? ValidateRows : 0);
        card.Own.Hide(_mask);
        if (role != RowRole.Context && !card.Wanted)
        {
            card.Wanted = true;
            _windows.Add(new(card.Previous, card.Own));
        }
        Tally(features.EventTimeMicroseconds, role, fraud);
    }

    /// <summary>Windows whose own segment has a row of a role.</summary>
    internal IEnumerable<TrainingWindow> WindowsWith(RowRole role) => _windows.Where(window => window.Own.Has(role));

    /// <summary>Every row of a role.</summary>
    internal IEnumerable<(TrainingSegment Segment, int Row)> RowsWith(RowRole role) =>
        from window in WindowsWith(role)
        from row in Enumerable.Range(0, window.Own.Count)
        where window.Own.Roles[row] == role
        select (window.Own, row);

    void Open(CardRows card)
    {
        (card.Previous, card.Own, card.Wanted) = (card.Own, new(_segment), false);
    }

    void Tally(long microseconds, RowRole role, bool fraud)
    {
        Count++;
        if (role == RowRole.Validate) ValidateRows++;
        if (role == RowRole.Unlabelled) UnlabelledRows++;
        if (role != RowRole.Train) return;
        var time = DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds);
        if (TrainRows++ == 0) _from = time;
        _to = time;
        if (fraud) TrainFrauds++;
    }

    /// <summary>A card's newest two segments; older ones live on in the windows that want them.</summary>
    sealed class CardRows
    {
        internal TrainingSegment? Previous { get; set; }

        internal TrainingSegment? Own { get; set; }

        /// <summary>Whether a window for the own segment exists.</summary>
        internal bool Wanted { get; set; }
    }
}
