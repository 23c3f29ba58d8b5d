<?php

declare(strict_types=1);

namespace Desk\Attachment;

/** A ticket as the API shows it. */
final class TicketView
{
    /**
     * @param array{id: int, subject: string, attachments: list<string>} $ticket
     * @return array<string, mixed>
     */
    public function show(array $ticket): array
    {
        $attachments = [];
        foreach ($ticket['attachments'] as $path) {
            $attachments[] = ['name' => basename($path), 'link' => '/attachments?path=' . rawurlencode($path)];
        }

        return ['id' => $ticket['id'], 'subject' => $ticket['subject'], 'attachments' => $attachments];
    }
}
