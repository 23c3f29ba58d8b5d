<?php

declare(strict_types=1);

namespace Desk\Attachment;

use Desk\Http\Request;
use Desk\Http\Response;

/** GET /attachments?path=… */
final class AttachmentController
{
    /** Types that browsers may show; all others are downloads, as HTML or SVG would run scripts. */
    private const SHOWN = [
        'pdf' => 'application/pdf',
        'png' => 'image/png',
        'jpg' => 'image/jpeg',
        'jpeg' => 'image/jpeg',
        'txt' => 'text/plain; charset=utf-8',
    ];

    public function __construct(private readonly string $storage)
    {
    }

    public function get(Customer $customer, Request $request): Response
    {
        $folder = new AttachmentFolder($this->storage, $customer);
        $file = $folder->find($request->query['path'] ?? '');
        if ($file === null) {
            return new Response(404);
        }
        $tag = $this->tag($file);
        if ($this->matches($request->headers['if-none-match'] ?? '', $tag)) {
            return new Response(304, ['ETag' => $tag]);
        }
        $stream = fopen($file, 'rb');
        if ($stream === false) {
            return new Response(404);
        }

        return new Response(200, ['ETag' => $tag] + $this->headers($file), $stream);
    }

    /** Size and time are enough: attachments are written once and never changed in place. */
    private function tag(string $file): string
    {
        return sprintf('"%x-%x"', (int) filemtime($file), (int) filesize($file));
    }

    private function matches(string $header, string $tag): bool
    {
        foreach (explode(',', $header) as $part) {
            // A weak tag compares as its strong form here (RFC 9110, If-None-Match).
            $part = preg_replace('/\AW\//', '', trim($part));
            if ($part === '*' || $part === $tag) {
                return true;
            }
        }

        return false;
    }

    /** @return array<string, string> */
    private function headers(string $file): array
    {
        $type = self::SHOWN[strtolower(pathinfo($file, PATHINFO_EXTENSION))] ?? null;
        $disposition = $type === null ? 'attachment' : 'inline';

        return [
            'Content-Type' => $type ?? 'application/octet-stream',
            'Content-Length' => (string) filesize($file),
            'X-Content-Type-Options' => 'nosniff',
            // rawurlencode also covers quotes and line ends in names.
            'Content-Disposition' => $disposition . "; filename*=UTF-8''" . rawurlencode(basename($file)),
        ];
    }
}
