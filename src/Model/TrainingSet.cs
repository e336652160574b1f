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
}

/// <summary>The transactions of a training, all cards', in time order.</summary>
public sealed class TrainingSet
{
    /// <summary>Rows added.</summary>
    public int Count => throw new NotImplementedException();

    /// <summary>Copies one transaction's features. Every transaction of a card must be added, in order, from its first, so that segments fall as they do in the stream.</summary>
    /// <param name="features">The vector, copied.</param>
    /// <param name="role">What it is to the training.</param>
    /// <param name="fraud">Its label; ignored for <see cref="RowRole.Context"/>.</param>
    /// <exception cref="ArgumentException">The transaction is earlier than its card's previous one.</exception>
    public void Add(FeatureVector features, RowRole role, bool fraud) => throw new NotImplementedException();
}
