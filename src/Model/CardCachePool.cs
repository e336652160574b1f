namespace Vigil.Model;

/// <summary>Caches within a budget of bytes, at least one; the least recently used make room for the next card that needs one.</summary>
sealed class CardCachePool(EncoderConfig config, long budget)
{
    CardCache? _oldest, _newest;

    /// <summary>Bytes of the caches that it has made.</summary>
    internal long Used { get; private set; }

    /// <summary>A card's cache with room for so many places, empty where it had none; it becomes the newest.</summary>
    internal CardCache Of(CardTokens card, int places)
    {
        int room = CardCache.RoomFor(config, places);
        var cache = card.Cache;
        if (cache is null)
        {
            cache = Take(room);
            (cache.Owner, cache.Written, card.Cache) = (card, 0, cache);
            LinkNewest(cache);
        }
        else if (cache != _newest)
        {
            Unlink(cache);
            LinkNewest(cache);
        }
        if (cache.IsSpoilt) cache.Clear();
        if (cache.Places < room) Grow(cache, room);
        return cache;
    }

    /// <summary>Takes a card's cache back, where it has one: the card is forgotten.</summary>
    internal void Release(CardTokens card)
    {
        if (card.Cache is not { } cache) return;
        Unlink(cache);
        Used -= CardCache.Bytes(config, cache.Places);
        card.Cache = null;
    }

    /// <summary>A cache that nobody owns: the oldest where it has that room, so that cards of one size take turns without an allocation.</summary>
    CardCache Take(int room)
    {
        long bytes = CardCache.Bytes(config, room);
        while (_oldest is not null && Used + bytes > budget)
        {
            var evicted = Evict();
            if (evicted.Places == room) return evicted;
            Used -= CardCache.Bytes(config, evicted.Places);
        }
        Used += bytes;
        return new(config, room);
    }

    void Grow(CardCache cache, int room)
    {
        long more = CardCache.Bytes(config, room) - CardCache.Bytes(config, cache.Places);
        while (_oldest != cache && Used + more > budget) Used -= CardCache.Bytes(config, Evict().Places);
        Used += more;
        cache.Grow(room);
    }

    CardCache Evict()
    {
        var cache = _oldest!;
        Unlink(cache);
        cache.Owner!.Cache = null;
        return cache;
    }

    void Unlink(CardCache cache)
    {
        if (cache.Older is null) _oldest = cache.Newer;
        else cache.Older.Newer = cache.Newer;
        if (cache.Newer is null) _newest = cache.Older;
        else cache.Newer.Older = cache.Older;
        (cache.Older, cache.Newer) = (null, null);
    }

    void LinkNewest(CardCache cache)
    {
        cache.Older = _newest;
        if (_newest is null) _oldest = cache;
        else _newest.Newer = cache;
        _newest = cache;
    }
}
